import { ref } from 'vue';

/**
 * Holds the access token. When the token has expired, calls wait for the next token. Otherwise they would all fail, one
 * after another.
 */
export function createTokenHolder() {
  const hasEnded = ref(false);
  let next = Promise.withResolvers<string>();
  return {
    hasEnded,
    token: () => next.promise,
    signedOut() {
      if (hasEnded.value) return;
      hasEnded.value = true;
      next = Promise.withResolvers<string>();
    },
    renew(token: string) {
      // Calls that are waiting get the token, and so do all later calls.
      next.resolve(token);
      next = Promise.withResolvers<string>();
      next.resolve(token);
      hasEnded.value = false;
    },
    /** Calls that are waiting never continue, because the next token may belong to another user. */
    forget() {
      next = Promise.withResolvers<string>();
      hasEnded.value = false;
    },
  };
}
