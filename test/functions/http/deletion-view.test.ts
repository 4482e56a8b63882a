import { describe, expect, test } from 'vitest';
import { deletionSummary, deletionView } from '../../../functions/http/deletion-view.ts';
import { aTombstone } from '../../support/a-tombstone.ts';

const AT = '2026-11-22T10:05:00.000Z';
const edge = { request: 1, paths: 2, callerReference: 'r', invalidationId: 'I1', requestedAt: AT, completedAt: AT };

describe('what an admin sees of the copies at the edge', () => {
  const shown = (objects: 'done' | 'failed', edgeRequests: number) => {
    const { steps } = aTombstone();
    const deletion = aTombstone({
      edge,
      edgeRequests,
      steps: { ...steps, deleteObjects: { ...steps.deleteObjects, state: objects } },
    });
    return deletionView(deletion, { isAdmin: true }, new Date()).edge;
  };

  test('they are gone once an invalidation has completed after the files were', () => {
    expect(shown('done', 1)).toMatchObject({ invalidationId: 'I1', completedAt: AT });
  });

  test.each([
    ['while files are left, which the edge may fetch again', 'failed', 1],
    ['while a later invalidation is under way', 'done', 2],
  ] as const)('they are not %s', (_when, objects, edgeRequests) => {
    expect(shown(objects, edgeRequests)).not.toHaveProperty('completedAt');
  });
});

test('nothing is said to be missing before anybody has looked for it', () => {
  const { steps, target } = aTombstone();
  const sought = { ...target, sought: [['uploads/a.mp4']] };
  const viewOf = (state: 'waiting' | 'done') =>
    deletionView(
      aTombstone({ target: sought, steps: { ...steps, deleteObjects: { ...steps.deleteObjects, state } } }),
      { isAdmin: true },
      new Date(),
    );
  expect(viewOf('waiting').exceptions).toBeUndefined();
  expect(viewOf('done').exceptions).toMatchObject({ notFound: 1 });
});

test('only an admin sees the failed attempts, and only of one deletion', () => {
  const { steps } = aTombstone();
  const failed = [{ startedAt: AT, finishedAt: AT, error: 'AccessDenied' }];
  const deletion = aTombstone({ steps: { ...steps, deleteRows: { ...steps.deleteRows, failures: 1, failed } } });
  const shown = ({ steps }: { steps: { name: string; failed?: unknown }[] }) =>
    steps.find(({ name }) => name === 'deleteRows')?.failed;
  const [admin, owner] = [{ isAdmin: true }, { isAdmin: false }];
  expect(shown(deletionView(deletion, admin, new Date()))).toEqual(failed);
  expect(shown(deletionView(deletion, owner, new Date()))).toBeUndefined();
  expect(shown(deletionSummary(deletion, admin, new Date()))).toBeUndefined();
});

test('an owner learns that copies at the edge can be played while the deletion waits, and no longer', () => {
  const full = { request: 0, paths: 0, requestedAt: AT, ungatedAt: AT };
  const shown = (tombstone: Parameters<typeof aTombstone>[0]) =>
    deletionView(aTombstone(tombstone), { isAdmin: false }, new Date()).playable;
  expect(shown({ edge: full })).toBe(true);
  expect(shown({ state: 'held', edge: full })).toBe(true);
  expect(shown({ edge: { ...full, ungatedAt: undefined as never } })).toBeUndefined();
  expect(shown({ state: 'running', edge: full })).toBeUndefined();
});
