import { onUnmounted, onUpdated } from 'vue';

/** Resolves once no dialog holds the focus: only then can it be given to anything else. */
export function afterDialog(): Promise<void> {
  const dialog = document.querySelector('dialog:modal');
  return new Promise((resolve) => {
    if (dialog) dialog.addEventListener('close', () => resolve(), { once: true });
    else resolve();
  });
}

/** How long a message or a page may take to give the focus itself, in milliseconds. */
const GRACE = 60;

/**
 * When the focused element leaves the page, the focus falls to its beginning. Then `fallback` gets it, unless something
 * else has taken it, or is expected to.
 */
export function useLostFocus(
  fallback: () => HTMLElement | null | undefined,
  isExpected: () => boolean = () => false,
): void {
  let last: EventTarget | null = null;
  const note = ({ target }: FocusEvent) => {
    last = target;
  };
  const rescue = async () => {
    await afterDialog();
    await new Promise((resolve) => setTimeout(resolve, GRACE));
    const isLost = document.activeElement === document.body && last instanceof Element && !last.isConnected;
    if (isLost && !isExpected()) fallback()?.focus({ preventScroll: true });
  };
  document.addEventListener('focusin', note);
  onUpdated(rescue);
  onUnmounted(() => document.removeEventListener('focusin', note));
}
