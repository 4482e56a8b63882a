import { onUnmounted, type Ref, ref, watch } from 'vue';

/** An element's width in pixels, which follows it. Charts are drawn in pixels, so that their words stay readable. */
export function useWidth(element: Ref<HTMLElement | null>): Ref<number> {
  const width = ref(640);
  const observer = new ResizeObserver(([entry]) => {
    if (entry) width.value = Math.max(240, Math.floor(entry.contentRect.width));
  });
  watch(element, (now) => {
    observer.disconnect();
    if (now) observer.observe(now);
  });
  onUnmounted(() => observer.disconnect());
  return width;
}
