import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Gate } from '../../functions/deletion/ports.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { aVideoId } from '../support/a-tombstone.ts';

/** An implementation of the port before an edge that refuses nothing yet. */
export type GateSubject = {
  gate: Gate;
  /** What a viewer gets who asks for something of the video. */
  view(videoId: VideoId): Promise<{ status: number; cacheControl: string | null }>;
  close(): Promise<void>;
};

/** What every gate must do. Its edge has content of every video. */
export function gateContract(name: string, open: () => Promise<GateSubject>): void {
  describe(`${name} as Gate`, () => {
    let subject: GateSubject;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    const statusOf = async (videoId: VideoId) => (await subject.view(videoId)).status;

    it('has the edge refuse what it is closed for, and nothing else', async () => {
      const [closed, other] = [aVideoId(), aVideoId()];
      await subject.gate.close([closed]);
      expect(await subject.view(closed)).toEqual({ status: 410, cacheControl: 'no-store' });
      expect(await statusOf(other)).toBe(200);
    });

    it('shows the video again once it is opened', async () => {
      const [opened, closed] = [aVideoId(), aVideoId()];
      await subject.gate.close([opened, closed]);
      await subject.gate.open([opened]);
      expect([await statusOf(opened), await statusOf(closed)]).toEqual([200, 410]);
    });

    it('may be closed twice, and named twice', async () => {
      const videoId = aVideoId();
      await subject.gate.close([videoId, videoId]);
      await subject.gate.close([videoId]);
      expect(await statusOf(videoId)).toBe(410);
    });

    it('opens what is closed, though others among them are open already', async () => {
      const [closed, open, alsoClosed] = [aVideoId(), aVideoId(), aVideoId()];
      await subject.gate.close([closed, alsoClosed]);
      await subject.gate.open([closed, open, alsoClosed]);
      await subject.gate.open([open]);
      expect(await Promise.all([closed, open, alsoClosed].map(statusOf))).toEqual([200, 200, 200]);
    });

    it('takes more videos at once than one update does', async () => {
      const videoIds = Array.from({ length: 120 }, aVideoId);
      await subject.gate.close(videoIds);
      expect(new Set(await Promise.all(videoIds.map(statusOf)))).toEqual(new Set([410]));
      await subject.gate.open(videoIds);
      expect(new Set(await Promise.all(videoIds.map(statusOf)))).toEqual(new Set([200]));
    });

    it('does nothing for nobody', async () => {
      await subject.gate.close([]);
      await subject.gate.open([]);
      expect(await statusOf(aVideoId())).toBe(200);
    });
  });
}
