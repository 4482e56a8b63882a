import { childTables } from '../../functions/deletion/data-map/data-map.ts';
import type { VideoRow } from '../../functions/deletion/ports.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import type { MemoryWorld } from '../support/memory-world.ts';

type Row = {
  id?: VideoId;
  user_id?: string;
  status?: VideoRow['status'];
  url_mp4?: string;
  video_id?: VideoId;
  execution_arn?: string;
};
type Query = { table: string; row: Row; id: VideoId };
type Run = (query: Query) => Promise<unknown>;

/** The few statements with which the tests of the domain reach past the ports, on the tables in memory. */
export function sqlOn({ ports: { rows }, seed }: MemoryWorld, otherwise: () => never) {
  const read = async (id: VideoId) => (await rows.find('', id)).video;
  const statement = (table: string, run: Run) => {
    const query: Query = { table, row: {}, id: '' as VideoId };
    const also = (more: Partial<Query>) => {
      Object.assign(query, more);
      return chain;
    };
    const chain = {
      set: (row: Row) => also({ row }),
      values: (row: Row) => also({ row }),
      where: (_column: string, _operator: string, id: VideoId) => also({ id }),
      select: () => chain,
      selectAll: () => chain,
      onConflict: () => chain,
      execute: () => run(query),
      executeTakeFirst: () => run(query),
    };
    return chain;
  };
  const write = async (videoId: VideoId, { user_id, status, url_mp4 }: Row) => {
    const before = await read(videoId);
    const urls = url_mp4 === undefined ? (before?.urls ?? []) : [url_mp4];
    const ownerId = user_id ?? before?.ownerId ?? '';
    await seed.video({ videoId, ownerId, urls, status: status ?? before?.status ?? 'ready' });
  };
  return {
    selectFrom: (table: string) =>
      statement(table, async ({ id }) => {
        const found = await read(id);
        return found && { ...found, deleted_at: found.hidden ? 'hidden' : null };
      }),
    insertInto: (table: string) =>
      statement(table, async ({ row }) =>
        table === 'videos'
          ? write(row.id as VideoId, row)
          : seed.run(row.video_id as VideoId, row.execution_arn as string),
      ),
    updateTable: (table: string) =>
      table === 'videos' ? statement(table, ({ id, row }) => write(id, row)) : otherwise(),
    deleteFrom: (table: string) =>
      statement(table, async ({ id }) =>
        table === 'videos'
          ? rows.deleteVideoRow(id, { known: (await read(id))?.runs ?? [], by: id, at: new Date() } as never)
          : rows.deleteBatch(childTables().find((child) => child.table === table) ?? otherwise(), id, 1000),
      ),
  };
}
