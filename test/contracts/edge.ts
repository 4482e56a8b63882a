import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TooManyInvalidations, UnknownInvalidation } from '../../functions/deletion/errors.ts';
import type { Edge } from '../../functions/deletion/ports.ts';

/** An implementation of the port on a distribution where nothing is in progress. */
export type EdgeSubject = {
  edge: Edge;
  /** Completes the invalidations in progress. */
  complete(): Promise<void>;
  close(): Promise<void>;
};

export function edgeContract(name: string, open: () => Promise<EdgeSubject>): void {
  describe(`${name} as Edge`, () => {
    let subject: EdgeSubject;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    const wildcards = (count: number, from = 0) =>
      Array.from({ length: count }, (_, index) => `/videos/${from + index}/*`);

    it('says that an invalidation is in progress until it completes', async () => {
      const { invalidationId, completed } = await subject.edge.invalidate(['/videos/a/*'], 'a:1');
      expect(completed).toBe(false);
      expect(await subject.edge.isCompleted(invalidationId)).toBe(false);
      await subject.complete();
      expect(await subject.edge.isCompleted(invalidationId)).toBe(true);
    });

    it('leads to the earlier invalidation for the same reference and paths', async () => {
      const first = await subject.edge.invalidate(['/videos/a/*', '/originals/a%20b.mp4'], 'a:1');
      const again = await subject.edge.invalidate(['/videos/a/*', '/originals/a%20b.mp4'], 'a:1');
      expect(again.invalidationId).toBe(first.invalidationId);
      await subject.complete();
      expect(await subject.edge.invalidate(['/videos/a/*', '/originals/a%20b.mp4'], 'a:1')).toEqual({
        invalidationId: first.invalidationId,
        completed: true,
      });
    });

    it('makes a new invalidation for a new reference', async () => {
      const first = await subject.edge.invalidate(['/videos/a/*'], 'a:1');
      const next = await subject.edge.invalidate(['/videos/a/*'], 'a:2');
      expect(next.invalidationId).not.toBe(first.invalidationId);
    });

    it('fails when a reference comes again with other paths', async () => {
      await subject.edge.invalidate(['/videos/a/*'], 'a:1');
      await expect(subject.edge.invalidate(['/videos/b/*'], 'a:1')).rejects.toMatchObject({
        name: 'StepFailed',
        code: 'InvalidationBatchAlreadyExists',
      });
    });

    it('takes fifteen wildcards at once, and more only after some have completed', async () => {
      await subject.edge.invalidate(wildcards(15), 'first');
      await expect(subject.edge.invalidate(wildcards(1, 15), 'second')).rejects.toThrow(TooManyInvalidations);
      await subject.complete();
      expect((await subject.edge.invalidate(wildcards(1, 15), 'second')).completed).toBe(false);
    });

    it('counts single paths apart from wildcards', async () => {
      const paths = Array.from({ length: 3000 }, (_, index) => `/originals/${index}.mp4`);
      await subject.edge.invalidate(paths, 'paths');
      await subject.edge.invalidate(wildcards(15), 'wildcards');
      await expect(subject.edge.invalidate(['/originals/3000.mp4'], 'more')).rejects.toThrow(TooManyInvalidations);
    });

    it('keeps a path with characters that XML reserves', async () => {
      const paths = ["/originals/a&b'd.mp4"];
      const first = await subject.edge.invalidate(paths, 'a:1');
      expect((await subject.edge.invalidate(paths, 'a:1')).invalidationId).toBe(first.invalidationId);
    });

    it('does not pass an unknown invalidation for a completed one', async () => {
      await expect(subject.edge.isCompleted('I0000000000000')).rejects.toThrow(UnknownInvalidation);
    });
  });
}
