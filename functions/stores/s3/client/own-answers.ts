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

/** Operations that answer without a document. */
const EMPTY = new Set(['DeleteObjectCommand', 'AbortMultipartUploadCommand']);
/** Set while a request is answered by an error document that came as a success. */
const ERROR_DOCUMENT = 'errorDocument';

/** What was asked, and what the answer says it answers. */
type Asked = { Bucket?: string; Prefix?: string; UploadId?: string };
type Answered = {
  Name?: string;
  Bucket?: string;
  Prefix?: string;
  UploadId?: string;
  EncodingType?: string;
  KeyCount?: number;
  Contents?: unknown[];
  CommonPrefixes?: unknown[];
};

/**
 * Refuses a success that is not the store's own answer to this request: a login page, a maintenance page, an empty
 * body, another document, the listing of another bucket or prefix. The SDK reads each of these as a listing of nothing.
 * `answersAs`: the name that the store gives the bucket, where it rightly answers another one.
 * @throws {StepFailed} `ForeignAnswer`, from each request of the client
 */
export function useOwnAnswersOnly(client: S3Client, { answersAs }: { answersAs?: string | undefined } = {}): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      const name = context.commandName ?? '';
      const response = result.response as { statusCode?: number; body?: unknown };
      const isSuccess = (response.statusCode ?? 0) < 300;
      if (!isSuccess || !(name in ROOTS || EMPTY.has(name))) return result;
      const body = await bodyOf(response.body);
      response.body = body;
      // An error document stays for the SDK, which reads its code. If it does not, the answer says nothing.
      context[ERROR_DOCUMENT] = isDocument(body, 'Error');
      if (!context[ERROR_DOCUMENT] && !isOwn(name, body)) throw new StepFailed('ForeignAnswer');
      return result;
    },
    { name: 'checkDocument', step: 'deserialize' },
  );
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      const name = context.commandName ?? '';
      const isListing = name.startsWith('List') && name in ROOTS;
      const fits = !isListing || answers(args.input as Asked, result.output as Answered, answersAs);
      if (!fits || context[ERROR_DOCUMENT]) throw new StepFailed('ForeignAnswer');
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
  if (!isOurs || answer.UploadId !== asked.UploadId) return false;
  const { KeyCount = 0, Contents = [], CommonPrefixes = [] } = answer;
  const isWhole = KeyCount === 0 || Contents.length + CommonPrefixes.length > 0;
  return isWhole && decodedName(answer.Prefix ?? '', answer) === (asked.Prefix ?? '');
}

/** The document that the operation has, which says of a listing whether there is more; or none. */
function isOwn(name: string, body: Buffer): boolean {
  const root = ROOTS[name];
  if (root === undefined) return body.length === 0;
  return isDocument(body, root) && (!name.startsWith('List') || saysWhetherThereIsMore(body.toString('latin1')));
}

/** The SDK takes everything but `true` for "no more". Only a listing without a marker may leave it out. */
function saysWhetherThereIsMore(listing: string): boolean {
  const [, isTruncated] = /<IsTruncated>([^<]*)</.exec(listing) ?? [];
  return isTruncated === undefined ? !/<Next\w+>[^<]/.test(listing) : /^(true|false)$/.test(isTruncated);
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
