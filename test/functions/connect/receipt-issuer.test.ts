import { describe, expect, test } from 'vitest';
import { receiptIssuerOf } from '../../../functions/connect/receipt-issuer.ts';
import { readSettings } from '../../../functions/settings/settings.ts';

const GROUPS = ['issuer', 'log', 'places', 'storage', 'runs', 'database', 'cache', 'edge'] as const;
const issuerOf = (environment: Record<string, string>) => receiptIssuerOf(readSettings(environment, GROUPS));

describe('what receipts state of the system that issues them', () => {
  test('names an environment on AWS by its identifiers', () => {
    const settings = {
      ...{ RECEIPT_ISSUER: 'https://videos.example', ENVIRONMENT_NAME: 'prod', RELEASE: '2.0.1' },
      ...{ VIDEO_STORAGE: 's3', VIDEO_BUCKET: 'videos-prod', DISTRIBUTION_ID: 'E2EXAMPLE' },
      EDGE_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/123456789012/edge',
      STATE_MACHINE_ARN: 'arn:aws:states:eu-central-1:123456789012:stateMachine:process-video',
      ...{ DATABASE_HOST: 'proxy.example', DATABASE_NAME: 'platform', DATABASE_USER: 'video_deletion' },
      CACHE_URL: 'rediss://cache.example:6379',
    };
    expect(issuerOf(settings)).toEqual({
      ...{ iss: 'https://videos.example', environment: 'prod', software: '2.0.1' },
      places: {
        cancelRuns: settings.STATE_MACHINE_ARN,
        deleteObjects: 's3://videos-prod',
        deleteRows: 'postgresql://proxy.example:5432/platform',
        invalidateCache: 'rediss://cache.example:6379',
        invalidateEdge: 'E2EXAMPLE',
      },
    });
  });

  test('never repeats a password or a parameter, and leaves out what there is not', () => {
    const { places } = issuerOf({
      ...{ VIDEO_STORAGE: 's3', VIDEO_BUCKET: 'videos', STORAGE_ENDPOINT: 'https://account.r2.cloudflarestorage.com/' },
      DATABASE_URL: 'postgresql://app:secret@db.example:5433/platform?sslpassword=hidden',
      CACHE_URL: 'redis://default:secret@cache.example:6380',
    });
    expect(places).toEqual({
      deleteObjects: 'https://account.r2.cloudflarestorage.com/videos',
      deleteRows: 'postgresql://db.example:5433/platform',
      invalidateCache: 'redis://cache.example:6380',
    });
  });

  test('names the folders where the videos are files', () => {
    const { places } = issuerOf({
      ...{ VIDEO_STORAGE: 'local', UPLOADS_DIR: '/srv/uploads', PROCESSING_DIR: '/srv/work' },
      DATABASE_URL: 'postgresql://db.example/platform',
    });
    expect(places.deleteObjects).toBe('file:/srv/uploads file:/srv/work');
  });
});
