import { NotYours } from '../../functions/deletion/errors.ts';
import type { Caller, Ports } from '../../functions/deletion/ports.ts';
import type { HoldReason, Tombstone } from '../../functions/deletion/record/tombstone.ts';
import { type Asked, authenticateAdmin, findDeletion } from '../../functions/deletion/requests/authorise.ts';
import { holdVideo } from '../../functions/deletion/requests/hold-video.ts';
import { releaseVideo } from '../../functions/deletion/requests/release-video.ts';
import { replayDeletion } from '../../functions/deletion/requests/replay-deletion.ts';

/** What the handlers do for a caller: authorise, then act. */

type Answered = { deletion: Tombstone; caller: Caller };

export async function holdAsCaller(ports: Ports, asked: Asked & { reason: HoldReason }): Promise<Answered> {
  const { videoId, reason } = asked;
  const { caller, video } = await authenticateAdmin(ports, asked);
  return { caller, deletion: await holdVideo(ports, { videoId, reason, by: caller.id, video }) };
}

export async function releaseAsCaller(ports: Ports, asked: Asked & { reason: HoldReason }): Promise<Answered> {
  const { videoId, reason } = asked;
  const { caller } = await authenticateAdmin(ports, asked);
  return { caller, deletion: await releaseVideo(ports, { videoId, reason, by: caller.id }) };
}

export async function replayAsCaller(ports: Ports, asked: Asked): Promise<Answered> {
  const { caller, deletion: found } = await findDeletion(ports, asked);
  if (!caller.isAdmin) throw new NotYours('Only an admin may replay a deletion');
  return { caller, deletion: await replayDeletion(ports, { videoId: asked.videoId, by: caller.id }, found) };
}
