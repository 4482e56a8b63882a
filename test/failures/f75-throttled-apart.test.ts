import { expect, test } from 'vitest';
import { startTestGateway, VIDEO } from '../support/gateway.ts';

test('F75 a caller who uses up all requests makes no undo wait, and one without a token costs nothing', async ({
  annotate,
}) => {
  const gateway = await startTestGateway({ throttle: { burst: 5, perSecond: 0 } });
  const undo = `${VIDEO}/deletion/undo`;
  const withoutToken = [];
  for (let n = 0; n < 20; n += 1)
    withoutToken.push((await gateway.call('DELETE', VIDEO, { authorization: '' })).status);
  expect(new Set(withoutToken)).toEqual(new Set([401]));
  const flood = [];
  for (let n = 0; n < 20; n += 1) flood.push((await gateway.call('DELETE', VIDEO)).status);
  expect(flood.filter((status) => status === 429)).toHaveLength(15);
  expect((await gateway.call('POST', undo)).status).toBe(200);
  await gateway.stop();
  await annotate('20 × 401 cost nothing; 5 of 20 requests passed, 15 × 429; the undo beside them passed');
});
