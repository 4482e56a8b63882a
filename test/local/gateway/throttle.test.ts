import { expect, test } from 'vitest';
import { createThrottle } from '../../../local/gateway/throttle.ts';
import { startTestGateway, VIDEO } from '../../support/gateway.ts';

test('requests beyond the throttle are 429', async () => {
  const gateway = await startTestGateway({ throttle: { burst: 2, perSecond: 0 } });
  const answers = [await gateway.call('DELETE', VIDEO), await gateway.call('DELETE', VIDEO)];
  const refused = await gateway.call('DELETE', VIDEO);
  await gateway.stop();
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(refused).toMatchObject({ status: 429, body: '{"message":"Too Many Requests"}' });
  expect(gateway.seen).toHaveLength(2);
});

test('the throttle fills up again, up to its burst', () => {
  let now = 0;
  const take = createThrottle({ burst: 2, perSecond: 4 }, () => now);
  expect([take(), take(), take()]).toEqual([true, true, false]);
  now = 250;
  expect([take(), take()]).toEqual([true, false]);
  now = 60_000;
  expect([take(), take(), take()]).toEqual([true, true, false]);
});
