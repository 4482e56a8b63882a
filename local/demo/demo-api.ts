import type { System } from '../system.ts';

/** The part of the API's deletion that the demo reads. */
export type DeletionView = {
  videoId: string;
  state: string;
  steps: { name: string; state: string; attempts: number; startedAt?: string; finishedAt?: string }[];
};

type Answer = { status: number; text: string };

/** The API as the page of the video's owner calls it. */
export type DemoApi = {
  /** Requests the deletion, and accepts that an earlier process has already requested it. @throws when it is refused */
  requestDeletion(videoId: string): Promise<void>;
  deletion(videoId: string): Promise<DeletionView>;
  receipt(videoId: string): Promise<string>;
  receiptKeys(): Promise<{ keys: Record<string, unknown>[] }>;
  /** The places that still show one of the videos: the feed, the owner's list, the video's own address. */
  shown(videoIds: readonly string[]): Promise<string[]>;
};

/** Calls the API over HTTP, with a token of the owner. */
export async function createDemoApi({ url, issuer }: System, ownerId: string): Promise<DemoApi> {
  const authorization = `Bearer ${await issuer.tokenFor(ownerId)}`;
  const call = async (path: string, method = 'GET'): Promise<Answer> => {
    const answer = await fetch(`${url}/api/v1${path}`, { method, headers: { authorization } });
    return { status: answer.status, text: await answer.text() };
  };
  const read = async (path: string) => {
    const { status, text } = await call(path);
    if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${text}`);
    return text;
  };
  const showsOne = async (videoId: string) => (await call(`/videos/${videoId}`)).status === 200;

  return {
    async requestDeletion(videoId) {
      const { status, text } = await call(`/videos/${videoId}`, 'DELETE');
      if (status !== 202 && status !== 200) throw new Error(`DELETE answered ${status}: ${text}`);
    },
    deletion: async (videoId) => JSON.parse(await read(`/videos/${videoId}/deletion`)),
    receipt: (videoId) => read(`/videos/${videoId}/deletion/receipt`),
    receiptKeys: async () => JSON.parse(await read('/receipts/jwks.json')),
    async shown(videoIds) {
      const lists = { 'the feed': await read('/feed'), "its owner's list": await read('/users/me/videos') };
      const seen = Object.entries(lists).flatMap(([name, text]) =>
        videoIds.filter((id) => text.includes(id)).map((id) => `${name} shows ${id}`),
      );
      const single = await Promise.all(videoIds.map(showsOne));
      return [...seen, ...videoIds.filter((_, n) => single[n]).map((id) => `GET /videos/${id} answers 200`)];
    },
  };
}
