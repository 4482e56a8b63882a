import { afterAll, beforeAll, expect } from 'vitest';
import { type Alter, type Asked, alteringProxy, type Told } from './altering-proxy.ts';
import { deletionsIn } from './deletions.ts';
import { toTheEnd } from './to-the-end.ts';
import type { UsedWorld } from './use-world.ts';

const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
export const LOGIN_PAGE: Told = { status: 203, body: '<html><body>Sign in</body></html>' };
export const NOT_IMPLEMENTED: Told = { status: 501, body: '<Error><Code>NotImplemented</Code></Error>' };

/** Answers these requests so, and passes on the others. */
export const answer = (operation: string, told: Told, when: (asked: Asked) => boolean = () => true): Alter => ({
  instead: (asked) => (asked.operation === operation && when(asked) ? told : undefined),
});
export const isOfVideos = (asked: Asked) => asked.query.get('prefix')?.startsWith('videos/') === true;
export const document = (root: string, content: string) => `<${root} ${NAMESPACE}>${content}</${root}>`;

/** A world whose storage stands behind a proxy that changes answers. */
export function useAlteredStore(world: UsedWorld) {
  const deletions = deletionsIn(world);
  let proxy: Awaited<ReturnType<typeof alteringProxy>>;
  beforeAll(async () => {
    proxy = await alteringProxy(world.s3.endpoint);
  });
  afterAll(() => proxy.stop());
  const through = (alter: Alter, uploads?: 'bucket') => {
    world.ports.objects = proxy.objects(world.bucket, uploads);
    proxy.alter(alter);
  };
  return {
    url: () => proxy.url,
    /** From now on, storage answers so. */
    through,
    toTheEnd: (video: Parameters<typeof toTheEnd>[2]) => toTheEnd(world, deletions, video),
    /** A listing of no uploads. */
    noUploads: (prefix: string, more = '<IsTruncated>false</IsTruncated>'): Told => ({
      status: 200,
      body: document('ListMultipartUploadsResult', `<Bucket>${world.bucket}</Bucket><Prefix>${prefix}</Prefix>${more}`),
    }),
    /** Deletes a video whose storage answers so, to its end. */
    async deleted(alter: Alter, { uploads, prepare = async () => {} }: Options = {}) {
      const video = await world.video();
      await prepare(video.videoId);
      through(alter, uploads);
      await deletions.due(video);
      return await toTheEnd(world, deletions, video);
    },
  };
}
type Options = { uploads?: 'bucket'; prepare?: (videoId: string) => Promise<unknown> };

/** Nothing is left, or it is not said to be deleted, or the receipt says what the store does not list. */
export function expectNotSilent({ state, left, receipt }: Awaited<ReturnType<typeof toTheEnd>>): void {
  const isSaid = state !== 'deleted' || receipt.exceptions.notListed !== undefined;
  if (!isSaid) expect(left).toEqual([]);
}
