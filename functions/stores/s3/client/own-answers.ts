import type { S3Client } from '@aws-sdk/client-s3';
import { StepFailed } from '../../../deletion/errors.ts';
import { expectOrder } from '../../sdk-middlewares.ts';

/** The root element of every answer that says what there is, or what was deleted. */
const ROOTS: Record<string, string> = {
  ListObjectsV2Command: 'ListBucketResult',
  ListObjectVersionsCommand: 'ListVersionsResult',
  ListMultipartUploadsCommand: 'ListMultipartUploadsResult',
  ListPartsCommand: 'ListPartsResult',
  DeleteObjectsCommand: 'DeleteResult',
  GetBucketVersioningCommand: 'VersioningConfiguration',
};

/** What was asked, and what the answer says it answers. */
type Asked = { Bucket?: string; Prefix?: string };
type Answered = { Name?: string; Bucket?: string; Prefix?: string; EncodingType?: string };

/**
 * Refuses a `200` that is not the store's own answer to this request: a login page, a maintenance page, an empty body,
 * another document, the listing of another bucket or prefix. The SDK reads each of these as a listing of nothing.
 * `answersAs`: the name that the store gives the bucket, where it rightly answers another one.
 * @throws {StepFailed} `ForeignAnswer`, from each request of the client
 */
export function useOwnAnswersOnly(client: S3Client, { answersAs }: { answersAs?: string | undefined } = {}): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      const root = ROOTS[context.commandName ?? ''];
      const response = result.response as { statusCode?: number; body?: unknown };
      if (root === undefined || response.statusCode !== 200) return result;
      const body = await bodyOf(response.body);
      response.body = body;
      // An error document in a 200 stays for the SDK, which reads its code.
      if (!isDocument(body, root) && !isDocument(body, 'Error')) throw new StepFailed('ForeignAnswer');
      return result;
    },
    { name: 'checkDocument', step: 'deserialize' },
  );
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      const isListing = context.commandName?.startsWith('List') && context.commandName in ROOTS;
      const isOwn = !isListing || answers(args.input as Asked, result.output as Answered, answersAs);
      if (!isOwn) throw new StepFailed('ForeignAnswer');
      return result;
    },
    { name: 'checkAnswer', step: 'initialize', priority: 'low' },
  );
  expectOrder(client, ['deserializerMiddleware', 'checkDocument']);
}

/** Whatever `encoding-type` the store used, the text that it means. */
export function decodedName(text: string, { EncodingType }: { EncodingType?: string | undefined }): string {
  if (EncodingType !== 'url' || !/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    // Some stores hold keys that are no UTF-8. No request of the SDK can name them.
    throw new StepFailed('KeyNotText', {}, { cause: error });
  }
}

function answers(asked: Asked, answer: Answered, answersAs: string | undefined): boolean {
  const bucket = answer.Name ?? answer.Bucket;
  const isOurs = bucket !== undefined && (bucket === asked.Bucket || bucket === answersAs);
  return isOurs && (!('Prefix' in asked) || decodedName(answer.Prefix ?? '', answer) === (asked.Prefix ?? ''));
}

async function bodyOf(body: unknown): Promise<Buffer> {
  if (body instanceof Uint8Array) return Buffer.from(body);
  const pieces: Uint8Array[] = [];
  for await (const piece of (body ?? []) as AsyncIterable<Uint8Array>) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** True for a whole document with this root: it begins with the element and ends with it. */
function isDocument(body: Buffer, root: string): boolean {
  const text = body
    .subarray(0, 1024)
    .toString()
    .replace(/^\uFEFF?\s*(<\?[^>]*\?>\s*|<!--[\s\S]*?-->\s*)*/, '');
  const [tag, , closesItself] = new RegExp(`^<${root}(\\s[^>]*?)?(/?)>`).exec(text) ?? [];
  if (tag === undefined) return false;
  return closesItself === '/' || body.subarray(-256).toString().trimEnd().endsWith(`</${root}>`);
}
