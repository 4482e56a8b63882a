import { beforeAll, describe, expect, it } from 'vitest';
import { cleanupHandler } from '../../../../functions/cleanup.ts';
import type { ApiEvent } from '../../../../functions/http/api.ts';
import { invalidateEdgeHandler } from '../../../../functions/invalidate-edge.ts';
import { requestDeletionHandler } from '../../../../functions/request-deletion.ts';
import { createPowertoolsLog } from '../../../../functions/stores/powertools/powertools-log.ts';
import { createPowertoolsMetrics } from '../../../../functions/stores/powertools/powertools-metrics.ts';
import { sweepHandler } from '../../../../functions/sweep.ts';
import { lambdaContext } from '../../../../local/handlers/lambda-context.ts';
import { printedBy } from '../../../support/printed.ts';
import { sqsEvent } from '../../../support/sqs-event.ts';
import { useWorld } from '../../../support/use-world.ts';

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
/** Of the video and its owner in `platform-video.ts`, and of a request: what no line may hold. */
const PRIVATE =
  /Holiday|example\.com|https?:|playlist|thumbnail|\.ts\b|\.mp4|videos\/|uploads\/|feed:|Bearer|secret-token/;

const world = useWorld();
type Video = Awaited<ReturnType<typeof world.video>>;
type Line = Record<string, unknown>;

const context = (name: string) => lambdaContext({ name, timeoutSeconds: 600 });

/** The event of `DELETE /api/v1/videos/{videoId}`, as far as the handler looks at it. */
const deleteEvent = ({ videoId, ownerId }: Video) =>
  ({
    routeKey: 'DELETE /api/v1/videos/{videoId}',
    rawPath: `/api/v1/videos/${videoId}`,
    headers: { authorization: 'Bearer secret-token' },
    pathParameters: { videoId },
    requestContext: { authorizer: { jwt: { claims: { sub: ownerId, email: 'owner@example.com' } } } },
  }) as unknown as ApiEvent;

/** Runs one deletion through the handlers, with a function's log and metrics. Some steps of its first pass fail. */
async function deletedByHandlers(video: Video): Promise<void> {
  const log = createPowertoolsLog('INFO');
  const metrics = createPowertoolsMetrics('test');
  const invocation = { begin: log.begin, end: metrics.publish };
  const connect = () => ({ ...world.ports, log, metrics, invocation, userIdClaim: 'sub' });
  await requestDeletionHandler(connect)(deleteEvent(video), context('request-deletion'));
  const lift = world.s3.faults.failKeys({ key: /a_002/, code: 'AccessDenied' });
  const drain = async () => {
    for (const { message, receiptHandle } of world.queues.cleanup.receive()) {
      await cleanupHandler(connect)(sqsEvent(JSON.stringify(message)), context('cleanup'));
      world.queues.cleanup.delete(receiptHandle);
    }
    for (const { message, receiptHandle } of world.queues.edge.receive()) {
      await invalidateEdgeHandler(connect)(sqsEvent(JSON.stringify(message)), context('invalidate-edge'));
      world.queues.edge.delete(receiptHandle);
    }
  };
  for (let turns = 0; turns < 100 && world.queues.cleanup.messages().length > 0; turns++) {
    world.viewers.local.completeInvalidations();
    await drain();
    world.advance(30);
    if (turns === 1) lift();
  }
  await sweepHandler(connect)({} as never, context('sweep'));
}

describe('a whole deletion, as CloudWatch gets it', () => {
  let logLines: Line[];
  let figureLines: Line[];
  beforeAll(async () => {
    const video = await world.video();
    const cleanup = cleanupHandler(() => ({ ...world.ports, log: createPowertoolsLog('INFO') }));
    const printed = await printedBy(async () => {
      await cleanup(sqsEvent('{"url":"https://example.com/secret-token"}'), context('cleanup'));
      await deletedByHandlers(video);
    });
    const lines = printed.map((line) => JSON.parse(line) as Line);
    logLines = lines.filter((line) => !('_aws' in line));
    figureLines = lines.filter((line) => '_aws' in line);
    expect(await world.ports.tombstones.find(video.videoId)).toMatchObject({ state: 'deleted' });
  });

  it('holds no title, address, URL, key or token', () => {
    expect(logLines.map(({ message }) => message)).toEqual(
      expect.arrayContaining(['message refused', 'deletion requested', 'step', 'edge invalidated', 'deleted']),
    );
    for (const line of [...logLines, ...figureLines]) expect(JSON.stringify(line)).not.toMatch(PRIVATE);
  });

  it('names the invocation in every line of a handler', () => {
    const requested = logLines.find(({ message }) => message === 'deletion requested');
    expect(requested).toMatchObject({
      level: 'INFO',
      service: 'video-deletion',
      function_name: 'request-deletion',
      function_request_id: expect.stringMatching(UUID),
      cold_start: expect.any(Boolean),
    });
    const requestIds = logLines.map(({ function_request_id }) => function_request_id).filter(Boolean);
    expect(new Set(requestIds).size).toBeGreaterThan(2);
  });

  it('holds no id in its figures, which leave with the invocation that they are of', () => {
    const names = new Set(figureLines.flatMap((line) => Object.keys(line)));
    expect(names).toEqual(
      new Set(
        [
          '_aws',
          'service',
          'environment',
          'step',
          'DeletionsRequested',
          'DeletionsDeleted',
          'ObjectsDeleted',
          'BytesDeleted',
        ].concat(['RowsDeleted', 'StepFailures', 'StepTime', 'OldestOpenDeletionAge', 'ResidueFound']),
      ),
    );
    for (const line of figureLines) expect(JSON.stringify(line)).not.toMatch(UUID);
  });
});

describe('an invocation that fails', () => {
  it('publishes its figures all the same', async () => {
    const metrics = createPowertoolsMetrics('test');
    const due = () => {
      metrics.record('DeletionsFailed', 1);
      throw new Error('The table is down');
    };
    const invocation = { begin() {}, end: metrics.publish };
    const broken = { ...world.ports, metrics, invocation, tombstones: { ...world.ports.tombstones, due } };
    const lines = await printedBy(() =>
      expect(sweepHandler(() => broken)({} as never, context('sweep'))).rejects.toThrow('The table is down'),
    );
    expect(lines.map((line) => JSON.parse(line))).toEqual([expect.objectContaining({ DeletionsFailed: 1 })]);
  });
});
