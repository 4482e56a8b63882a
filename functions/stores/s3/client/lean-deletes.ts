import { createHash } from 'node:crypto';
import type { DeleteObjectsCommandInput, S3Client } from '@aws-sdk/client-s3';
import { expectOrder } from '../../sdk-middlewares.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
type Named = { Key: string | undefined; VersionId?: string | undefined };

/**
 * Writes the document of a DeleteObjects itself. The SDK sees a request with one key, since it needs more CPU time for
 * 1,000 keys than for the rest of a deletion. It still makes the checksum and the signature, and reads the answer.
 */
export function useLeanDeletes(client: S3Client): void {
  const documents = new WeakMap<object, string>();
  let wantsMd5 = false;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const { Delete, ...input } = args.input as DeleteObjectsCommandInput;
      const [first, ...others] = Delete?.Objects ?? [];
      if (context.commandName !== 'DeleteObjectsCommand' || !first || others.some(isConditional)) return next(args);
      documents.set(context, documentOf(Delete?.Objects ?? [], Delete?.Quiet === true));
      const lean = { ...args, input: { ...input, Delete: { ...Delete, Objects: [first] } } as typeof args.input };
      try {
        return await next(lean);
      } catch (error) {
        if (wantsMd5 || !asksForMd5(error)) throw error;
        wantsMd5 = true;
        return await next(lean);
      }
    },
    { name: 'writeDocument', step: 'initialize', priority: 'high' },
  );
  client.middlewareStack.add(
    (next, context) => (args) => {
      const document = documents.get(context);
      if (document === undefined) return next(args);
      const request = args.request as { body?: unknown; headers: Record<string, string> };
      request.body = Buffer.from(document);
      if (wantsMd5) request.headers['content-md5'] = createHash('md5').update(document).digest('base64');
      return next(args);
    },
    { name: 'putDocument', step: 'build', priority: 'high' },
  );
  // After the SDK has written its own document, and before it measures the length.
  expectOrder(client, ['serializerMiddleware', 'putDocument', 'contentLengthMiddleware']);
}

/** Some stores know only Content-MD5, which the SDK no longer sends. Each says so in its own words. */
function asksForMd5(error: unknown): boolean {
  return error instanceof Error && /content-?md5/i.test(`${error.name} ${error.message}`);
}

/** The SDK writes members that this document does not know: a request that loses a condition deletes too much. */
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

/** Characters that mean something in XML, and the line ends that a reader would change (XML 1.0, 2.11). */
const SPECIAL = /[&<>"'\r\n\u0085\u2028]/g;

function escaped(text: string): string {
  return text.replace(SPECIAL, (character) => `&#x${character.charCodeAt(0).toString(16)};`);
}
