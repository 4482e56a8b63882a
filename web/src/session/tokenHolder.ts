import { ref } from 'vue';

/** Holds the access token. Once it holds no longer, calls wait for the next one instead of failing one after another. */
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
      // Whoever waits gets it, and so does everybody after.
      next.resolve(token);
      next = Promise.withResolvers<string>();
      next.resolve(token);
      hasEnded.value = false;
    },
    /** Calls that wait for the next token are given up: it is somebody else's. */
    forget() {
      next = Promise.withResolvers<string>();
      hasEnded.value = false;
    },
  };
}
