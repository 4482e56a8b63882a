import { expect, test } from 'vitest';
import { readSettings, WrongSettings } from '../../functions/settings/settings.ts';
import { parseEnvironment } from '../../lib/environment.ts';
import { ENVIRONMENTS } from '../../lib/environments.ts';
import { INVENTED } from '../support/invented-environments.ts';
import { synthesise } from '../support/synthesised.ts';

const YEAR = 31_536_000;
const gateAlone = { mode: 'gate', distributionId: 'E0EXAMPLE00000', whenUnreadable: 'closed' };

test.each([
  ['is not set', gateAlone],
  ['is 0', { ...gateAlone, longestTtlSeconds: 0 }],
  ['is more than CloudFront keeps a copy', { ...gateAlone, longestTtlSeconds: YEAR + 1 }],
])('F47 an environment with the gate alone is refused while the longest life of a copy %s', (_, edge) => {
  const { prod } = ENVIRONMENTS;
  expect(() => parseEnvironment('prod', { ...prod, platform: { ...prod.platform, edge } })).toThrow(
    /platform\.edge\.longestTtlSeconds is .*expected a whole number from 1 to 31536000/,
  );
});

test('F47 a function with the gate alone does not start without it', () => {
  const settings = {
    DISTRIBUTION_ID: 'E0EXAMPLE00000',
    EDGE_QUEUE_URL: 'https://sqs.example.com/1/edge',
    EDGE_MODE: 'gate',
    GATE_STORE_ARN: 'arn:aws:cloudfront::000000000000:key-value-store/gate',
  };
  expect(() => readSettings(settings, ['edge'])).toThrow(WrongSettings);
  expect(() => readSettings(settings, ['edge'])).toThrow(/EDGE_TTL_SECONDS is not set/);
});

test('F47 as deployed, every function that thinks about the edge knows that a copy lives for a year', () => {
  const { service } = synthesise(INVENTED.shared as NonNullable<(typeof INVENTED)[string]>);
  const variables = Object.values(service.findResources('AWS::Lambda::Function')).map(
    ({ Properties }) =>
      (Properties as { Environment?: { Variables: Record<string, unknown> } }).Environment?.Variables ?? {},
  );
  const gated = variables.filter(({ EDGE_MODE }) => EDGE_MODE === 'gate');
  expect(gated.length).toBeGreaterThan(3);
  for (const { EDGE_TTL_SECONDS } of gated) expect(EDGE_TTL_SECONDS).toBe(`${YEAR}`);
});
