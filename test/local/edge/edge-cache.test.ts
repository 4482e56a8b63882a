import { beforeEach, describe, expect, it } from 'vitest';
import { createEdgeCache, type OriginAnswer } from '../../../local/edge/edge-cache.ts';
import { content, failure } from '../../support/local-edge.ts';

const PATH = '/videos/a/720p/a_001.ts';

describe('createEdgeCache', () => {
  let answer: OriginAnswer;
  let now: number;
  const open = (defaultSeconds = 86_400) =>
    createEdgeCache({ origin: async () => answer, errorSeconds: 10, defaultSeconds, now: () => now });
  beforeEach(() => {
    answer = content('segment');
    now = 0;
  });

  it.each([
    ['public, max-age=60', 60],
    ['max-age=60, s-maxage=600', 600],
    ['', 86_400],
  ])('keeps content with Cache-Control "%s" for %i seconds', async (control, seconds) => {
    answer = content('segment', { 'cache-control': control });
    const cache = open();
    await cache.get(PATH);
    now = seconds * 1000 - 1;
    expect((await cache.get(PATH)).age).toBe(seconds - 1);
    now += 1;
    expect((await cache.get(PATH)).age).toBeUndefined();
  });

  it('keeps no copy of what must not be stored', async () => {
    answer = content('segment', { 'cache-control': 'private, no-store' });
    const cache = open();
    await cache.get(PATH);
    expect(cache.paths()).toEqual([]);
  });

  it('keeps an error for a while, so a file written meanwhile shows late', async () => {
    const cache = open();
    answer = failure(404);
    await cache.get(PATH);
    expect(cache.paths()).toEqual([]);
    answer = content('segment');
    now = 9999;
    expect((await cache.get(PATH)).answer.status).toBe(404);
    now += 1;
    expect((await cache.get(PATH)).answer.status).toBe(200);
  });

  it('serves an old copy while the origin fails', async () => {
    const cache = open(1);
    await cache.get(PATH);
    now = 1000;
    answer = failure(503);
    expect(await cache.get(PATH)).toEqual({ answer: content('segment'), age: 1 });
    expect(cache.paths()).toEqual([PATH]);
  });

  it('takes the word of an origin that has the object no more', async () => {
    const cache = open(1);
    await cache.get(PATH);
    now = 1000;
    answer = failure(404);
    expect((await cache.get(PATH)).answer.status).toBe(404);
    expect(cache.paths()).toEqual([]);
  });
});
