import { spawnSync } from 'node:child_process';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { gateCode, gateFragment } from '../../../lib/constructs/state/edge-gate.ts';

const DELETED = '0198c1d2-0000-7000-8000-00000000000d';
const OTHER = '0198c1d2-0000-7000-8000-00000000000a';

type Request = { method: string; uri: string };
type Answer = Partial<Request> & { statusCode?: number; headers?: Record<string, { value: string }> };
type Options = { whenUnreadable?: 'open' | 'closed'; isReadable?: boolean };

/** Runs the function's own code as CloudFront would, with a store that holds one deleted video. */
async function ask(uri: string, { whenUnreadable = 'open', isReadable = true }: Options = {}) {
  const asked: string[] = [];
  const store = {
    async exists(key: string) {
      asked.push(key);
      if (!isReadable) throw new Error('KvsError');
      return key === DELETED;
    },
  };
  const code = gateCode({ whenUnreadable }).replace("import cf from 'cloudfront';", '');
  const context = { cf: { kvs: () => store }, event: { request: { method: 'GET', uri } } };
  const answer = (await runInNewContext(`${code}; handler(event)`, context)) as Answer;
  return { answer, asked };
}

describe('the code for a function of the platform’s own', () => {
  /** The platform's function, with the gate's code above it and its question first. */
  const own = `${gateFragment({ whenUnreadable: 'closed' })}
    async function handler(event) {
      const refused = await refuseDeletedVideo(event.request);
      if (refused) return refused;
      event.request.uri = event.request.uri.toLowerCase();
      return event.request;
    }`.replace("import cf from 'cloudfront';", '');
  const askOwn = (uri: string, exists: (key: string) => Promise<boolean>) => {
    const context = { cf: { kvs: () => ({ exists }) }, event: { request: { method: 'GET', uri } } };
    return runInNewContext(`${own}; handler(event)`, context) as Promise<Answer>;
  };

  it('refuses deleted videos, and leaves all others to the function', async () => {
    const exists = async (key: string) => key === DELETED;
    expect((await askOwn(`/videos/${DELETED}/a.m3u8`, exists)).statusCode).toBe(410);
    expect(await askOwn(`/videos/${OTHER}/A.m3u8`, exists)).toEqual({ method: 'GET', uri: `/videos/${OTHER}/a.m3u8` });
    const fails = async () => Promise.reject(new Error('KvsError'));
    expect((await askOwn(`/videos/${OTHER}/a.m3u8`, fails)).statusCode).toBe(503);
  });

  it('is printed for an environment with a gate, and refused for one without', () => {
    const print = (...args: string[]) =>
      spawnSync(process.execPath, ['bin/gate-code.ts', ...args], { encoding: 'utf8' });
    expect(print('prod')).toMatchObject({ status: 0, stdout: gateFragment({ whenUnreadable: 'closed' }) });
    expect(print('staging')).toMatchObject({ status: 1, stderr: 'staging has no gate of its own: see edge.mode\n' });
  });
});

describe('the gate', () => {
  it.each([
    ['a playlist', `/videos/${DELETED}/playlist.m3u8`],
    ['a segment', `/videos/${DELETED}/720p/${DELETED}_001.ts`],
    ['an escaped letter', `/videos/%30${DELETED.slice(1)}/playlist.m3u8`],
    ['an escaped slash', `/videos%2F${DELETED}/playlist.m3u8`],
    ['a way through another folder', `/videos/x/../${DELETED}/playlist.m3u8`],
    ["a way through another video's folder", `/videos/${OTHER}/../${DELETED}/playlist.m3u8`],
    ['a way from elsewhere', `/public/../videos/${DELETED}/playlist.m3u8`],
    ['a folder that is this one', `/videos/./${DELETED}/playlist.m3u8`],
    ['slashes in a row', `//videos//${DELETED}//playlist.m3u8`],
    ['an escaped way', `/videos/x/%2e%2e/${DELETED}/playlist.m3u8`],
    ['a way beyond the root', `/../../videos/${DELETED}/playlist.m3u8`],
    ['an original on such a way', `/a/../uploads/${DELETED}.mp4`],
    ['an original named by its stem', `/uploads/${DELETED}.mp4`],
    ['an original in a folder of its own', `/originals/${DELETED}/source.mov`],
    ["an original in its owner's folder", `/originals/${OTHER}/${DELETED}.mov`],
  ])('answers 410, never to be cached, to %s of a deleted video', async (_what, uri) => {
    const { answer } = await ask(uri);
    expect(answer.statusCode).toBe(410);
    expect(answer.headers?.['cache-control']?.value).toBe('no-store');
  });

  it.each([
    ['another video', `/videos/${OTHER}/playlist.m3u8`],
    ["another video's file that has the id in its name", `/videos/${OTHER}/720p/${DELETED}_001.ts`],
    ["another video's file that is named by the id", `/videos/${OTHER}/${DELETED}.mp4`],
    ['a longer name', `/videos/${DELETED}0/playlist.m3u8`],
    ['the folder of all videos', '/videos/'],
    ['the root', '/'],
    ['a path that cannot be decoded', `/videos/%E0%A4%A/${OTHER}`],
    ['what needs no video', '/robots.txt'],
  ])('lets %s pass unchanged', async (_what, uri) => {
    const { answer } = await ask(uri);
    expect(answer).toEqual({ method: 'GET', uri });
  });

  it('asks the store once for each id, and not at all where there is none', async () => {
    expect((await ask(`/videos/${OTHER}/720p/${OTHER}_001.ts`)).asked).toEqual([OTHER]);
    expect((await ask(`/uploads/${OTHER}/${OTHER}.mp4`)).asked).toEqual([OTHER]);
    expect((await ask('/robots.txt')).asked).toEqual([]);
  });

  it('shows the video while the store cannot be read, when it is open', async () => {
    const { answer } = await ask(`/videos/${DELETED}/playlist.m3u8`, { isReadable: false });
    expect(answer.uri).toBe(`/videos/${DELETED}/playlist.m3u8`);
  });

  it('answers 503 while the store cannot be read, when it is closed, and only to videos', async () => {
    const unreadable = { whenUnreadable: 'closed', isReadable: false } as const;
    const { answer } = await ask(`/videos/${OTHER}/playlist.m3u8`, unreadable);
    expect([answer.statusCode, answer.headers?.['cache-control']?.value]).toEqual([503, 'no-store']);
    expect((await ask('/robots.txt', unreadable)).answer.uri).toBe('/robots.txt');
  });

  it('fits into a CloudFront function', () => {
    // 10 KB: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
    expect(Buffer.byteLength(gateCode({ whenUnreadable: 'closed' }))).toBeLessThan(10_240);
  });
});
