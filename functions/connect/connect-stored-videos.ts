import type { StoredVideos } from '../deletion/orphans/orphan.ts';
import type { SettingsOf } from '../settings/settings.ts';
import { createLocalPrefixes } from '../stores/files/local-prefixes.ts';
import { createS3Prefixes } from '../stores/s3/prefixes.ts';
import { connectVideoBucket, uploadListingOf } from './connect.ts';

/** The contents of storage, listed by video: for the search for orphans. */
export function connectStoredVideos(settings: SettingsOf<'places' | 'storage'>): { stored: StoredVideos } {
  const { VIDEO_STORAGE, VIDEO_BUCKET: bucket = '', UPLOADS_DIR: uploads, PROCESSING_DIR: processing } = settings;
  if (VIDEO_STORAGE === 'local') return { stored: createLocalPrefixes({ uploads, processing }) };
  const client = connectVideoBucket(settings, { withTimes: true });
  const originalsPrefixes = settings.ORIGINALS_PREFIXES?.split(',') ?? [];
  return { stored: createS3Prefixes(client, { bucket, uploads: uploadListingOf(settings), originalsPrefixes }) };
}
