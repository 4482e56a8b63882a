import type { DeleteObjectsCommandInput, S3Client } from '@aws-sdk/client-s3';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
type Named = { Key: string | undefined; VersionId?: string | undefined };

/**
 * Writes the document of a DeleteObjects itself. To the SDK the request has one key: for each of 1,000 it takes more steps than all the
 * rest of a deletion. Checksum, signature and answer stay the SDK's.
 */
export function useLeanDeletes(client: S3Client): void {
  const documents = new WeakMap<object, string>();
  client.middlewareStack.add(
    (next, context) => (args) => {
      const { Delete, ...input } = args.input as DeleteObjectsCommandInput;
      const [first, ...others] = Delete?.Objects ?? [];
      if (context.commandName !== 'DeleteObjectsCommand' || !first || others.some(isConditional)) return next(args);
      documents.set(context, documentOf(Delete?.Objects ?? [], Delete?.Quiet === true));
      return next({ ...args, input: { ...input, Delete: { ...Delete, Objects: [first] } } as typeof args.input });
    },
    { name: 'writeDocument', step: 'initialize', priority: 'high' },
  );
  client.middlewareStack.add(
    (next, context) => (args) => {
      const document = documents.get(context);
      if (document !== undefined) (args.request as { body?: unknown }).body = Buffer.from(document);
      return next(args);
    },
    // Before the checksum is taken, and the length.
    { name: 'putDocument', step: 'build', priority: 'high' },
  );
}

/** Members that this document does not know are left to the SDK: a condition that is lost deletes too much. */
function isConditional({ Key, VersionId, ...conditions }: Named): boolean {
  return Object.values(conditions).some((condition) => condition !== undefined);
}

function documentOf(objects: readonly Named[], isQuiet: boolean): string {
  const named = objects.map(({ Key = '', VersionId }) => {
    const version = VersionId === undefined ? '' : `<VersionId>${escaped(VersionId)}</VersionId>`;
    return `<Object><Key>${escaped(Key)}</Key>${version}</Object>`;
  });
  const quiet = isQuiet ? '<Quiet>true</Quiet>' : '';
  return `<?xml version="1.0" encoding="UTF-8"?><Delete xmlns="${NAMESPACE}">${named.join('')}${quiet}</Delete>`;
}

/** What XML gives a meaning to, and the line ends that a reader would change (XML 1.0, 2.11). */
const SPECIAL = /[&<>"'\r\n\u0085\u2028]/g;

function escaped(text: string): string {
  return text.replace(SPECIAL, (character) => `&#x${character.charCodeAt(0).toString(16)};`);
}
