import { type InjectionKey, inject, provide } from 'vue';
import type { Session } from './useEntry.ts';

const KEY: InjectionKey<Session> = Symbol('session');

export const provideSession = (session: Session) => provide(KEY, session);

/** The session of the signed-in user. Pages are shown only while somebody is signed in. @throws if nobody is */
export function inSession(): Session {
  const session = inject(KEY);
  if (!session) throw new Error('Nobody is signed in');
  return session;
}
