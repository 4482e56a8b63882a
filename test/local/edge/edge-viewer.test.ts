import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { content, type OpenEdge, openEdge } from '../../support/local-edge.ts';

const PATH = '/videos/a/720p/a_001.ts';

describe('answerViewers', () => {
  let opened: OpenEdge;
  beforeEach(async () => {
    opened = await openEdge();
    opened.objects.set(PATH, content('segment'));
  });
  afterEach(() => opened.close());

  it('fetches once and then serves its copy, whatever happens to the origin', async () => {
    const { objects, clock, local, view } = opened;
    expect(await view(PATH)).toMatchObject({ status: 200, text: 'segment', cache: 'Miss from cloudfront' });
    objects.delete(PATH);
    clock.now += 5000;
    const again = await view(`${PATH}?query=no-matter`);
    expect(again).toMatchObject({ status: 200, text: 'segment', cache: 'Hit from cloudfront' });
    expect(again.headers.get('age')).toBe('5');
    expect(again.headers.get('content-type')).toBe('video/mp2t');
    expect(again.headers.get('access-control-allow-origin')).toBe('*');
    expect(local.cached()).toEqual([PATH]);
  });

  it.each([
    ['bytes=0-2', 206, 'seg', 'bytes 0-2/7'],
    ['bytes=3-', 206, 'ment', 'bytes 3-6/7'],
    ['bytes=-2', 206, 'nt', 'bytes 5-6/7'],
    ['bytes=5-99', 206, 'nt', 'bytes 5-6/7'],
    ['bytes=7-', 416, '', 'bytes */7'],
    ['lines=1-2', 200, 'segment', null],
  ])('answers the range %s with %i', async (range, status, text, contentRange) => {
    const answer = await opened.view(PATH, { headers: { range } });
    expect(answer).toMatchObject({ status, text });
    expect(answer.headers.get('content-range')).toBe(contentRange);
  });

  it('answers HEAD like GET, without the content', async () => {
    const answer = await opened.view(PATH, { method: 'HEAD' });
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(answer.headers.get('content-length')).toBe('7');
  });

  it('lets a page of another web origin ask for a range', async () => {
    const { status, headers } = await opened.view(PATH, { method: 'OPTIONS' });
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-headers')).toContain('range');
  });

  it('refuses to change anything', async () => {
    expect((await opened.view(PATH, { method: 'DELETE' })).status).toBe(403);
    expect(opened.origin).not.toHaveBeenCalled();
  });
});
