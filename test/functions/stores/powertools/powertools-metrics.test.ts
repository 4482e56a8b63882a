import { describe, expect, it } from 'vitest';
import { createPowertoolsMetrics } from '../../../../functions/stores/powertools/powertools-metrics.ts';
import { printedBy } from '../../../support/printed.ts';

type Printed = { _aws: { CloudWatchMetrics: unknown[] } };
const recordedBy = async (record: (metrics: ReturnType<typeof createPowertoolsMetrics>) => void) => {
  const metrics = createPowertoolsMetrics('test');
  const lines = await printedBy(() => record(metrics));
  return lines.map((line) => JSON.parse(line) as Printed);
};

describe('createPowertoolsMetrics', () => {
  it('prints one line of the embedded metric format, with units and the service', async () => {
    const [line, ...others] = await recordedBy((metrics) => {
      metrics.record('ObjectsDeleted', 10);
      metrics.record('BytesDeleted', 4096);
      metrics.record('OldestOpenDeletionAge', 0);
      metrics.publish();
    });
    expect(others).toEqual([]);
    expect(line).toEqual({
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          {
            Namespace: 'VideoDeletion',
            Dimensions: [['service', 'environment']],
            Metrics: [
              { Name: 'ObjectsDeleted', Unit: 'Count' },
              { Name: 'BytesDeleted', Unit: 'Bytes' },
              { Name: 'OldestOpenDeletionAge', Unit: 'Seconds' },
            ],
          },
        ],
      },
      service: 'video-deletion',
      environment: 'test',
      ObjectsDeleted: 10,
      BytesDeleted: 4096,
      OldestOpenDeletionAge: 0,
    });
  });

  it('prints a line for each step, every time of it a value of its own', async () => {
    const lines = await recordedBy((metrics) => {
      metrics.record('StepTime', 120, 'deleteObjects');
      metrics.record('StepTime', 80, 'deleteObjects');
      metrics.record('StepFailures', 1, 'verify');
      metrics.publish();
    });
    expect(lines.map(({ _aws, ...figures }) => figures)).toEqual([
      { service: 'video-deletion', environment: 'test', step: 'deleteObjects', StepTime: [120, 80] },
      { service: 'video-deletion', environment: 'test', step: 'verify', StepFailures: 1 },
    ]);
    for (const { _aws } of lines)
      expect(_aws.CloudWatchMetrics).toEqual([
        expect.objectContaining({ Dimensions: [['service', 'environment', 'step']] }),
      ]);
  });

  it('prints nothing when nothing was recorded since', async () => {
    const lines = await recordedBy((metrics) => {
      metrics.publish();
      metrics.record('DeletionsRequested', 1);
      metrics.publish();
      metrics.publish();
    });
    expect(lines).toHaveLength(1);
  });
});
