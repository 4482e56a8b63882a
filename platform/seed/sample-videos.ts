import type { VideoStatus } from '../../functions/stores/postgres/database.ts';
import type { Thumbnail } from '../video-files.ts';
import type { Username } from './accounts.ts';
import { sampleId } from './sample-id.ts';

export type SampleVideo = {
  id: string;
  owner: Username;
  title: string;
  description: string | null;
  status: VideoStatus;
  /** Its thumbnail, when it has one. */
  thumbnail?: Thumbnail;
  createdAt: Date;
};

type Entry = Omit<SampleVideo, 'id' | 'status' | 'createdAt'> & { status?: VideoStatus };

const NEWEST = Date.parse('2026-11-20T18:24:00.000Z');
const HOURS_APART = 29;

/** Newest first. */
const ENTRIES: Entry[] = [
  {
    owner: 'ana',
    title: 'Golden hour above the harbour',
    description: 'Waited two evenings for the clouds to break. Worth it.',
    thumbnail: 'harbour',
  },
  { owner: 'ben', title: 'Moonrise, no filter', description: 'Minus eleven degrees and a thermos.', thumbnail: 'alps' },
  { owner: 'ana', title: 'Road trip, part 3 (uncut)', description: null, status: 'processing' },
  { owner: 'ana', title: 'Wheat fields in August', description: null, thumbnail: 'wheat' },
  {
    owner: 'ben',
    title: 'Rain on the ridge',
    description: 'Headphones on. That is the whole video.',
    thumbnail: 'rain',
  },
  { owner: 'ana', title: 'First snow!', description: 'The dog did not know what to do.', thumbnail: 'snow' },
  { owner: 'ben', title: 'Dunes at noon', description: 'Do not try this without water.', thumbnail: 'desert' },
  { owner: 'max', title: 'Night hike to the crater', description: null, thumbnail: 'volcano' },
  { owner: 'ben', title: 'Drone test – please ignore', description: null, status: 'failed' },
  {
    owner: 'ana',
    title: 'Cold swim in the fjord',
    description: 'Four degrees. Ben lost the bet.',
    thumbnail: 'fjord',
  },
  { owner: 'ben', title: 'One minute of green', description: 'For everybody stuck in an office.', thumbnail: 'forest' },
  { owner: 'ana', title: 'Cherry blossom weekend', description: null, thumbnail: 'blossom' },
  {
    owner: 'ben',
    title: 'Northern lights from the tent',
    description: 'One take, hands frozen.',
    thumbnail: 'aurora',
  },
  { owner: 'ana', title: 'Down the autumn trail by bike', description: 'Brakes checked. Twice.', thumbnail: 'autumn' },
];

/** The initial videos of the sample platform, newest first. */
export const SAMPLE_VIDEOS: readonly SampleVideo[] = ENTRIES.map((entry, index) => ({
  status: 'ready',
  ...entry,
  id: sampleId('video', index + 1),
  createdAt: new Date(NEWEST - index * HOURS_APART * 3_600_000),
}));
