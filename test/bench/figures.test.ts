import { describe, expect, it } from 'vitest';
import { billOf, dollarsOf } from '../../bench/cost/bill.ts';
import { indexUnits } from '../../bench/cost/index-writes.ts';
import { naiveBill } from '../../bench/cost/naive.ts';
import { watchCalls } from '../../bench/local/watch-calls.ts';
import { PRICES } from '../../bench/prices.ts';
import { quantile } from '../../bench/quantile.ts';
import { measureRequest, requestTable } from '../../bench/request.ts';
import { type Limit, limitsOf } from '../../bench/scale/limits.ts';
import { simulate } from '../../bench/scale/simulate.ts';
import { aTombstone } from '../support/a-tombstone.ts';

it('takes quantiles that were measured, not ones in between', () => {
  const numbers = Array.from({ length: 100 }, (_, n) => 100 - n);
  expect([0.5, 0.99, 1].map((share) => quantile(numbers, share))).toEqual([50, 99, 100]);
  expect(quantile([7], 0.99)).toBe(7);
});

describe('the request path', () => {
  it('is one query, one conditional put, and then what can go at once', async () => {
    const figures = await measureRequest({ requests: 1, warmUp: 0 });
    const [first, second, ...others] = figures.calls;
    expect([first, second]).toEqual([
      { name: 'rows.find', beside: [] },
      { name: 'tombstones.write', beside: [] },
    ]);
    expect(others.find(({ name }) => name === 'cleanupQueue.send')?.beside).toContain('rows.hide');
    expect(others.filter(({ name }) => name === 'tombstones.write')).toHaveLength(1);
    expect(requestTable(figures)).toContain('cleanupQueue.send');
  });

  it('waits for no longer than the calls overlap', async () => {
    const first = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    const watched = watchCalls({ store: { one: () => first.promise, other: () => second.promise } });
    watched.begin();
    const both = [watched.ports.store.one(), watched.ports.store.other()];
    first.resolve();
    second.resolve();
    await Promise.all(both);
    const { calls, critical, serial } = watched.end();
    expect(calls).toEqual([
      { name: 'store.one', beside: [] },
      { name: 'store.other', beside: ['store.one'] },
    ]);
    expect(critical).toBeLessThanOrEqual(serial);
    expect(critical).toBeGreaterThan(0);
  });
});

describe('the bill', () => {
  it('counts what a write costs in each index: a key that comes, goes or changes', () => {
    const pending = aTombstone();
    const { sweepAt } = pending;
    expect(indexUnits(undefined, pending)).toBe(sweepAt ? 4 : 3);
    expect(indexUnits(pending, { ...pending, attempts: 2 })).toBe(0);
    expect(indexUnits(pending, { ...pending, sweepAt: '2030-01-01T00:00:00.000Z' })).toBe(sweepAt ? 2 : 1);
    expect(indexUnits(pending, { ...pending, state: 'deleted' })).toBe(1);
    expect(indexUnits(pending, { ...pending, state: 'failed' })).toBe(2);
  });

  it('multiplies what was counted by list prices', () => {
    const counted = {
      edge: 'none' as const,
      calls: [{ service: 'S3', operation: 'ListObjectVersions', calls: 3, units: 0 }],
      indexWrites: 19,
      signatures: 1,
    };
    const lines = billOf(counted);
    expect(
      dollarsOf(
        lines.filter(({ priced }) => priced === 's3List'),
        1_000_000,
      ),
    ).toBeCloseTo(15);
    expect(
      dollarsOf(
        lines.filter(({ priced }) => priced === 'dynamoDbWrite'),
        1_000_000,
      ),
    ).toBeCloseTo(11.875);
    expect(lines.some(({ priced }) => priced === 'keyValueStoreCall')).toBe(false);
  });

  it('is mostly paths where each file is invalidated', () => {
    const [paths] = naiveBill({ objects: 1_000, paths: 1_000 }).filter(({ priced }) => priced === 'invalidationPath');
    expect(paths && dollarsOf([paths], 1_000_000)).toBeCloseTo(5_000_000);
  });

  it('says of each price where it was read, and when', () => {
    for (const { source, asOf } of Object.values(PRICES)) {
      expect(source).toMatch(/^https:\/\/aws\.amazon\.com\//);
      expect(asOf).toMatch(/^20\d\d-\d\d$/);
    }
  });
});

describe('the model', () => {
  const limit = (perSecond: number): Limit => ({
    name: `${perSecond}`,
    perSecond,
    each: 1,
    raisedTo: 10 * perSecond,
    source: '',
  });

  it('lets the tightest limit hold up what arrives faster', () => {
    const limits = [limit(10), limit(2)];
    const arrivals = { arrivals: 4, deletions: 2_400, isRaised: false };
    expect(simulate(limits, arrivals)).toMatchObject({ seconds: 1_200, backlog: 1_200, longestWait: 600 });
    expect(simulate(limits, arrivals).binding?.name).toBe('2');
    expect(simulate(limits, { ...arrivals, isRaised: true })).toMatchObject({ backlog: 0, binding: undefined });
  });

  it('knows a limit for each way to treat the edge, and where each comes from', () => {
    expect(limitsOf('tags').length).toBe(limitsOf().length + 1);
    for (const { source, perSecond, raisedTo } of limitsOf('gate')) {
      expect(source).not.toBe('');
      expect(raisedTo).toBeGreaterThanOrEqual(perSecond);
    }
  });
});
