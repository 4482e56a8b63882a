import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { type SeededCopy, startSeeded } from './rows/seeded-server.ts';
import { startVisitor } from './rows/visitor.ts';
import { WAYS, type Way } from './rows/ways.ts';
import { inMilliseconds, ratio, tableOf } from './table.ts';

export type RowsOptions = {
  /** The views of the deleted video. */
  views: number;
};

export type RowsFigures = {
  way: string;
  milliseconds: number;
  statements: number;
  /**
   * The longest time that writing a view took during the deletion, in milliseconds: for the same video, and for
   * another.
   */
  waits: { same: number; other: number };
};

/** A comparison in which nothing is deleted: it shows how long a visitor waits anyway. */
const IDLE: Way = { name: 'nobody deletes', run: () => wait(2_000) };

/** Deletes a video with many views in each way, from copies of one database, while two visitors keep watching. */
export async function measureRows(
  { views }: RowsOptions,
  ways: readonly Way[] = [IDLE, ...WAYS],
): Promise<RowsFigures[]> {
  const server = await startSeeded({ views });
  try {
    const measured: RowsFigures[] = [];
    for (const way of ways) {
      const copy = await server.copy();
      measured.push(await measure(copy, way));
      if (way !== IDLE) await expectGone(copy, way);
      await copy.drop();
    }
    return measured;
  } finally {
    await server.stop();
  }
}

async function measure(copy: SeededCopy, way: Way): Promise<RowsFigures> {
  const { videoId, neighbourId } = copy;
  const statements: string[] = [];
  const db = copy.connect({ max: 2, statements });
  const visitors = [videoId, neighbourId].map((id) => startVisitor(copy.connect(), id));
  const from = performance.now();
  await way.run(db, copy);
  const milliseconds = performance.now() - from;
  const [same = 0, other = 0] = await Promise.all(visitors.map(async (one) => Math.max(...(await one.leave()))));
  return { way: way.name, milliseconds, statements: statements.length, waits: { same, other } };
}

/** Checks that the way deleted all rows. Otherwise the comparison would be wrong. */
async function expectGone(copy: SeededCopy, { name }: Way): Promise<void> {
  const { rows } = await sql<{ left: number }>`select (select count(*) from views where video_id = ${copy.videoId})::int
    + (select count(*) from videos where id = ${copy.videoId})::int as left`.execute(copy.connect());
  if (rows[0]?.left !== 0) throw new Error(`After ${name}, ${rows[0]?.left} rows are left`);
}

/** The table for people. */
export function rowsTable(measured: readonly RowsFigures[]): string {
  const last = measured.at(-1);
  const rows = measured.map(({ way, milliseconds, statements, waits }) => [
    way,
    inMilliseconds(milliseconds),
    ratio(milliseconds, last?.milliseconds ?? Number.NaN),
    String(statements),
    inMilliseconds(waits.same),
    ratio(waits.same, last?.waits.same ?? Number.NaN),
    inMilliseconds(waits.other),
  ]);
  const head = ['way', 'time', '÷ last', 'statements', 'longest wait, same video', '÷ last', 'another video'];
  return tableOf(head, rows);
}
