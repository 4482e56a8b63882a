import { expect, it } from 'vitest';
import { type Environment, environmentNamed } from '../../lib/environment.ts';
import { serviceLevel } from '../../lib/service-level.ts';

const prod = environmentNamed('prod');
const withEdge = (mode: 'invalidate' | 'gate' | 'both'): Environment => {
  if (prod.platform === 'sample') throw new Error('prod stands beside a platform of its own');
  const edge = { distributionId: 'E0EXAMPLE00000', mode, whenUnreadable: 'closed', longestTtlSeconds: 7200 } as const;
  return { ...prod, platform: { ...prod.platform, edge } } as Environment;
};

it('is what a deletion waits for by itself, and an hour', () => {
  const { rules, platform } = withEdge('both');
  expect(serviceLevel({ rules, platform }).toSeconds()).toBe((rules?.settleSeconds ?? 900) + 3600);
  expect(serviceLevel({ rules: { undoSeconds: 60, settleSeconds: 300 }, platform }).toSeconds()).toBe(3900);
});

it('leaves a deletion behind a gate alone the time until its copies have ended', () => {
  const longer = serviceLevel(withEdge('gate')).toSeconds() - serviceLevel(withEdge('invalidate')).toSeconds();
  expect(longer).toBe(7320);
});
