import { type InjectionKey, inject, provide } from 'vue';
import type { Session } from './useEntry.ts';

const KEY: InjectionKey<Session> = Symbol('session');

export const provideSession = (session: Session) => provide(KEY, session);

/** The session that the page stands in. Pages are only shown to somebody who is signed in. */
export function inSession(): Session {
  const session = inject(KEY);
  if (!session) throw new Error('Nobody is signed in');
  return session;
}
