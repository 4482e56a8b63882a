import { type InjectionKey, inject, onScopeDispose, provide, type Ref, ref } from 'vue';
import type { Video } from '../client/types.ts';
import { useVideoDeletion, type VideoDeletionOptions } from '../deletion/index.ts';
import type { Session } from './useEntry.ts';

type SignedIn = Session & {
  /** The deletions of the signed-in user. They, and their message, outlive a change of page. */
  deleting: ReturnType<typeof useVideoDeletion<Video>>;
  /** The page that shows the videos hears of each change. */
  hear(page: VideoDeletionOptions<Video>): void;
  /** How many deleted videos can still be restored; undefined while nobody knows. */
  restorable: Ref<Restorable | undefined>;
  recount(): Promise<void>;
};

/** `hasMore`: there are more than were counted. */
export type Restorable = { count: number; hasMore: boolean };

const KEY: InjectionKey<SignedIn> = Symbol('session');
/** The API counts by a page. */
const MOST_COUNTED = 100;
/** How often the number is read again, in milliseconds. */
const EVERY = 30_000;

export function provideSession(session: Session): SignedIn {
  const { api, account } = session;
  let heard: VideoDeletionOptions<Video> = {};
  const restorable = ref<Restorable>();
  // An admin would be shown the deletions of everybody.
  const own = account.role === 'admin' ? { ownerId: account.userId } : {};
  const recount = async () => {
    if (document.hidden) return;
    const page = await api.deletions({ ...own, waiting: true, limit: MOST_COUNTED }).catch(() => undefined);
    if (page) restorable.value = { count: page.deletions.length, hasMore: page.cursor !== undefined };
  };
  const deleting = useVideoDeletion<Video>(api, {
    requested: (video) => heard.requested?.(video),
    accepted(videoIds) {
      heard.accepted?.(videoIds);
      recount();
    },
    returned(video) {
      heard.returned?.(video);
      recount();
    },
    changedElsewhere() {
      heard.changedElsewhere?.();
      recount();
    },
  });
  const timer = setInterval(recount, EVERY);
  onScopeDispose(() => clearInterval(timer));
  recount();
  const hear = (page: VideoDeletionOptions<Video>) => {
    heard = page;
  };
  const signedIn = { ...session, deleting, hear, restorable, recount };
  provide(KEY, signedIn);
  return signedIn;
}

/** The session of the signed-in user. Pages are shown only while somebody is signed in. @throws if nobody is */
export function inSession(): SignedIn {
  const session = inject(KEY);
  if (!session) throw new Error('Nobody is signed in');
  return session;
}
