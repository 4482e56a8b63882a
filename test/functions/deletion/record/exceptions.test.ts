import { describe, expect, it } from 'vitest';
import { type Exceptions, exceptionsOf, lacksEvidence } from '../../../../functions/deletion/record/exceptions.ts';
import type { Target, Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { aTombstone, stepsDone } from '../../../support/a-tombstone.ts';

/** What has to be known of a deletion whose steps are all done, with what a test changes. */
const exceptionsWith = (target: Partial<Target>, changes: Partial<Tombstone> = {}) => {
  const settling = aTombstone({ state: 'settling', steps: stepsDone(), ...changes });
  return exceptionsOf({ ...settling, target: { ...settling.target, ...target } });
};
const stepsWith = (counts: Tombstone['steps']['deleteObjects']['counts'], state: 'done' | 'failed' = 'done') => {
  const steps = stepsDone();
  return { ...steps, deleteObjects: { ...steps.deleteObjects, state, counts } };
};

describe('the exceptions of a deletion', () => {
  it('are none where everything was found and counted', () => {
    expect(
      exceptionsWith({ wasReady: true, sought: [], kept: 0, runsLeft: 0 }, { steps: stepsWith({ objects: 1 }) }),
    ).toEqual({});
  });

  it('name the steps that have failed and those that may have deleted more than they count', () => {
    const steps = stepsDone();
    steps.deleteRows.failures = 2;
    steps.hide.failures = 1;
    steps.cancelRuns.failures = 0;
    steps.deleteRows.atLeast = true;
    expect(exceptionsWith({}, { steps })).toEqual({ failures: { hide: 1, deleteRows: 2 }, atLeast: ['deleteRows'] });
  });

  it('count what was not ours to delete, and the workers that died', () => {
    const notOurs = { count: 1, sha256: 'x' };
    expect(exceptionsWith({ notOurs })).toEqual({ notOurs });
    expect(exceptionsWith({}, { interrupted: 1 })).toEqual({ interruptedPasses: 1 });
  });

  it('count what stays because it is another video’s, too', () => {
    expect(exceptionsWith({ kept: 2 })).toEqual({ kept: 2 });
    expect(exceptionsWith({ sharedRuns: ['one', 'two'] })).toEqual({ sharedRuns: 2 });
    expect(exceptionsWith({ sharedRuns: [] })).toEqual({});
  });

  it('keep the number of shared runs at the end, when their names are gone', () => {
    expect(exceptionsWith({ runsLeft: 3 })).toEqual({ sharedRuns: 3 });
    expect(exceptionsWith({ sharedRuns: ['one'], runsLeft: 3 })).toEqual({ sharedRuns: 3 });
  });

  it('name what nobody can list: uploads, too many runs, and the originals of an orphan', () => {
    const manyRuns = { count: 500, sha256: 'x' };
    const [request] = aTombstone().requests;
    const requests = request ? [{ ...request, reason: 'orphan' as const }] : [];
    expect(exceptionsWith({}, { notListed: ['uploads'] })).toEqual({ notListed: ['uploads'] });
    expect(exceptionsWith({ manyRuns })).toEqual({ notListed: ['runs'] });
    expect(exceptionsWith({}, { requests })).toEqual({ notListed: ['originals'] });
    const all = exceptionsWith({ manyRuns }, { requests, notListed: ['uploads'] });
    expect(all).toEqual({ notListed: ['uploads', 'runs', 'originals'] });
  });
});

describe('values of the row that were found nowhere', () => {
  const sought = [['a.mp4'], ['b.mp4', 'c.mp4']];

  it('are counted once storage was searched, and not before', () => {
    expect(exceptionsWith({ sought })).toEqual({ notFound: 2 });
    expect(exceptionsWith({ sought }, { steps: stepsWith({}, 'failed') })).toEqual({});
  });

  it('are counted at the end as well, when the values themselves are gone', () => {
    expect(exceptionsWith({ notFound: 3 })).toEqual({ notFound: 3 });
    expect(exceptionsWith({ notFound: 0 })).toEqual({});
  });

  it('are not counted where a worker died: it may have deleted them', () => {
    expect(exceptionsWith({ sought }, { interrupted: 2 })).toEqual({ interruptedPasses: 2 });
  });
});

describe('a video that was ready and of which storage held nothing', () => {
  it('is an exception', () => {
    expect(exceptionsWith({ wasReady: true })).toEqual({ nothingFound: true });
    expect(exceptionsWith({ wasReady: true }, { steps: stepsWith({ uploads: 1, objects: 0 }) })).toEqual({
      nothingFound: true,
    });
  });

  it.each(['objects', 'versions', 'deleteMarkers', 'files'])('is none once %s were deleted', (kind) => {
    expect(exceptionsWith({ wasReady: true }, { steps: stepsWith({ [kind]: 1 }) })).toEqual({});
  });

  it('is none before storage was searched, nor for a video that was not ready', () => {
    expect(exceptionsWith({ wasReady: true }, { steps: stepsWith({}, 'failed') })).toEqual({});
    expect(exceptionsWith({})).toEqual({});
  });

  it('is unknown after a crash or an earlier receipt', () => {
    expect(exceptionsWith({ wasReady: true }, { interrupted: 1 })).toMatchObject({ nothingFound: 'unknown' });
    expect(exceptionsWith({ wasReady: true }, { receipts: ['earlier'] })).toEqual({ nothingFound: 'unknown' });
  });
});

describe('evidence is lacking', () => {
  it.each<[string, Exceptions, boolean]>([
    ['not where there are no exceptions', {}, false],
    ['where storage held nothing', { nothingFound: true }, true],
    ['not where it may have held something before', { nothingFound: 'unknown' }, false],
    ['where a value was found nowhere', { notFound: 1 }, true],
    ['where something cannot be listed', { notListed: ['uploads'] }, true],
    ['where keys stay', { kept: 1 }, true],
    ['where runs stay', { sharedRuns: 1 }, true],
    ['not because a count may be too low', { interruptedPasses: 1, failures: { hide: 1 }, atLeast: ['hide'] }, false],
  ])('%s', (_, exceptions, lacks) => {
    expect(lacksEvidence(exceptions)).toBe(lacks);
  });
});
