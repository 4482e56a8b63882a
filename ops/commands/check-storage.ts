import type { Command } from 'commander';
import pc from 'picocolors';
import { v7 as uuidv7 } from 'uuid';
import { bucketAddressOf } from '../../functions/connect/connect.ts';
import { parseVideoId } from '../../functions/deletion/video-id.ts';
import { type Capability, checkStorage, type StorageCheck } from '../../functions/stores/s3/check-storage.ts';
import { connectBucket, openClient } from '../../functions/stores/s3/client/connect-bucket.ts';
import { act, examples } from '../act.ts';
import { type Painted, table } from '../print.ts';

const MARKS: Record<Capability['outcome'], Painted> = {
  kept: { painted: pc.green('kept') },
  setting: { painted: pc.yellow('needs a setting') },
  excepted: { painted: pc.yellow('excepted') },
  broken: { painted: pc.red('broken') },
};

/** `check-storage`: tries what a store keeps of the promise. */
export function addCheckStorage(program: Command): void {
  program
    .command('check-storage')
    .summary('try what the store keeps of the promise, and what receipts will have to except')
    .description(
      'Puts, overwrites, begins an upload, lists and deletes, under the prefix of a video that does not exist, with your credentials, and says what this store keeps. It needs the right to put objects under videos/. Exit code 1 when a deletion from this store would never end.',
    )
    .addHelpText('after', examples('check-storage', 'check-storage --json'))
    .action(
      act(async (session, _options: object) => {
        const settings = await session.settings(['places', 'storage']);
        if (settings.VIDEO_STORAGE === 'local') return onDisk();
        const address = bucketAddressOf(settings);
        const raw = openClient(address);
        session.atEnd(() => raw.destroy());
        const clientFor = (answersAs: string | undefined) => {
          const client = connectBucket({ ...address, ...(answersAs && { answersAs }) });
          session.atEnd(() => client.destroy());
          return client;
        };
        const { VIDEO_BUCKET: bucket = '' } = settings;
        const found = await checkStorage({ raw, clientFor, bucket }, parseVideoId(uuidv7()));
        const isFinding = found.capabilities.some(({ outcome }) => outcome === 'broken');
        return { json: found, text: textOf(found), isFinding };
      }),
    );
}

function onDisk() {
  const text = 'The videos are files: every name on a disk can be listed and deleted.';
  return { json: { capabilities: [], settings: {} }, text };
}

function textOf({ prefix, capabilities, settings }: StorageCheck): string {
  const rows = capabilities.map(({ name, outcome, says }) => [name, MARKS[outcome], says]);
  // The name of the bucket is the store's own text: quoted, it cannot paint the terminal.
  const lines = Object.entries(settings).map(([name, value]) => `  ${name}=${JSON.stringify(value)}`);
  const wanted = lines.length > 0 ? ['Set for this store:', ...lines] : ['This store needs no settings of its own.'];
  const isBroken = capabilities.some(({ outcome }) => outcome === 'broken');
  const left = isBroken ? [`What was put may still be under ${prefix}: delete it with the store's own tools.`] : [];
  return [table(['', '', ''], rows), ...wanted, ...left].join('\n');
}
