import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  type DeleteObjectsCommandInput,
  GetBucketVersioningCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  ListObjectVersionsCommand,
  S3Client,
  type S3ClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-s3';
import { type AwsStub, mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { StepFailed } from '../../functions/deletion/errors.ts';
import { parseVideoId } from '../../functions/deletion/video-id.ts';
import { createS3Objects } from '../../functions/stores/s3/objects.ts';

/**
 * What the S3 adapter sends and receives: a client whose answers a test sets, and a list of its requests. From
 * `startEmpty` to the end of the file, it replaces every S3 client in the process.
 */
export let s3: AwsStub<ServiceInputTypes, ServiceOutputTypes, S3ClientResolvedConfig>;

const videoId = parseVideoId('0190c7a4-5b1e-7c3a-9a53-0e2f6d1b7c11');
export const prefix = `videos/${videoId}/`;
export const original = `uploads/${videoId}.mp4`;
export const target = { videoId, prefix, strayKeys: [] };
/** The pauses before retries, in milliseconds, with a random number of 0.5. */
export const waits: number[] = [];

/** The adapter on the client above. */
export function startS3Objects() {
  return createS3Objects(new S3Client({ region: 'eu-west-1' }), {
    bucket: 'clips',
    random: () => 0.5,
    wait: async (milliseconds) => waits.push(milliseconds),
  });
}

/** A checkpoint that never stops anybody. */
export const proceed = async () => {};

/** Before each test, an empty bucket without versions. */
export function startEmpty(): void {
  beforeAll(() => {
    s3 = mockClient(S3Client);
  });
  afterAll(() => s3.restore());
  beforeEach(() => {
    s3.reset();
    waits.length = 0;
    s3.on(GetBucketVersioningCommand).resolves({});
    s3.on(ListMultipartUploadsCommand).resolves({});
    s3.on(ListObjectsV2Command).resolves({});
    s3.on(ListObjectVersionsCommand).resolves({});
    s3.on(DeleteObjectsCommand).resolves({});
    s3.on(AbortMultipartUploadCommand).resolves({});
  });
}

/** Keys of segments under the prefix, numbered. */
export const keys = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => `${prefix}${from + n}.ts`);

/** What a list of objects says of keys: 10 bytes each. */
export const contents = (names: readonly string[]) => names.map((Key) => ({ Key, Size: 10 }));

/** An error as the SDK throws it: the code is its name, and its message must not get out. */
export const named = (name: string) => Object.assign(new Error(`${name} of a secret key`), { name });

/** What was asked with one command, in order. */
export function sent<T>(command: abstract new (...args: never[]) => { input: T }): T[] {
  const commands = s3.calls().map((call) => call.args[0]);
  return commands.flatMap((sentCommand) => (sentCommand instanceof command ? [sentCommand.input as T] : []));
}

export const batches = () => sent(DeleteObjectsCommand).map(({ Delete }) => Delete);
export const calls = () => s3.calls().map((call) => call.args[0].constructor.name);

/** What a promise fails with; fails itself when there is no failure. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome) return outcome.error;
  throw new Error(`It did not fail but gave ${JSON.stringify(outcome.value)}`);
}

/** The code with which a step failed. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  const error = await failureOf(promise);
  return error instanceof StepFailed ? error.code : error;
}

/** A listing of several pages. The SDK's paginator reuses its input, so the token is looked at when it comes. */
export function listsPages(...pages: string[][]): void {
  s3.on(ListObjectsV2Command).callsFake(({ ContinuationToken = '0' }: ListObjectsV2CommandInput) => {
    const page = Number(ContinuationToken);
    const isTruncated = page + 1 < pages.length;
    return {
      Contents: contents(pages[page] ?? []),
      ...(isTruncated && { IsTruncated: true, NextContinuationToken: `${page + 1}` }),
    };
  });
}

/** A store that refuses the keys for which `refuse` has a code. */
export function deletesExcept(refuse: (key: string, request: number) => string | undefined): void {
  let request = 0;
  s3.on(DeleteObjectsCommand).callsFake(({ Delete }: DeleteObjectsCommandInput) => {
    request += 1;
    const Errors = (Delete?.Objects ?? []).flatMap(({ Key, VersionId }) => {
      const Code = refuse(`${Key}`, request);
      return Code === undefined ? [] : [{ Key, VersionId, Code, Message: 'refused' }];
    });
    return Errors.length > 0 ? { Errors } : {};
  });
}
