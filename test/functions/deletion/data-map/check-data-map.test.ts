import { describe, expect, it } from 'vitest';
import type { Catalogue, ForeignKey, Relation } from '../../../../functions/deletion/data-map/catalogue.ts';
import {
  checkDataMap,
  type DataMapFinding,
  isFailure,
  type TablePlace,
} from '../../../../functions/deletion/data-map/check-data-map.ts';

const relation = (name: string, changes: Partial<Relation> = {}): Relation => ({
  name,
  kind: 'table',
  columns: ['video_id'],
  indexes: [[['video_id']]],
  reads: [],
  ...changes,
});
const VIDEOS = relation('videos', { columns: ['id'], indexes: [[['id']]] });
const key = (table: string, changes: Partial<ForeignKey> = {}): ForeignKey => ({
  table,
  columns: ['video_id'],
  toTable: 'videos',
  toColumns: ['id'],
  onDelete: 'cascade',
  ...changes,
});
const place = (table: string, changes: Partial<TablePlace> = {}): TablePlace => ({
  table,
  column: 'video_id',
  action: 'delete',
  ...changes,
});
const OF_VIDEOS = place('videos', { column: 'id' });

/** The findings as `kind table.column`. */
function found(catalogue: Partial<Catalogue>, places: TablePlace[] = []): string[] {
  const { relations = [], foreignKeys = [] } = catalogue;
  const findings = checkDataMap({ relations: [VIDEOS, ...relations], foreignKeys }, [...places, OF_VIDEOS]);
  for (const { table, column, message } of findings) expect(message).toContain(`${table}.${column}`);
  return findings.map(({ kind, table, column }) => `${kind} ${table}.${column}`);
}

describe('checkDataMap', () => {
  it('finds nothing where every key has a place and an index', () => {
    expect(found({ relations: [relation('votes')], foreignKeys: [key('votes')] }, [place('votes')])).toEqual([]);
  });

  it('is not content with an empty database, or one whose videos are elsewhere', () => {
    const empty = checkDataMap({ relations: [relation('shop.videos')], foreignKeys: [] });
    expect(empty).toMatchObject([{ kind: 'noVideos', table: 'videos' }]);
    expect(empty.every(isFailure)).toBe(true);
  });

  it('takes a table of another schema for another table', () => {
    const relations = [relation('votes'), relation('archive.votes')];
    expect(found({ relations, foreignKeys: [key('votes'), key('archive.votes')] }, [place('votes')])).toEqual([
      'uncovered archive.votes.video_id',
    ]);
  });

  it('names a column of the same table that no place names', () => {
    const relations = [relation('pairs', { indexes: [[['video_id'], ['next_id']]] })];
    const foreignKeys = [key('pairs'), key('pairs', { columns: ['next_id'] })];
    expect(found({ relations, foreignKeys }, [place('pairs')])).toEqual(['uncovered pairs.next_id']);
  });

  it('follows keys to rows that go, however far, and not to rows that stay', () => {
    const foreignKeys = [
      key('links'),
      key('clicks', { columns: ['link_id'], toTable: 'links' }),
      key('clicks_seen', { columns: ['click_id'], toTable: 'clicks' }),
      key('reports', { onDelete: 'setNull' }),
      key('report_notes', { columns: ['report_id'], toTable: 'reports' }),
      key('links', { columns: ['click_id'], toTable: 'clicks', onDelete: 'setNull' }),
    ];
    expect(found({ foreignKeys })).toEqual([
      'uncovered links.video_id',
      'uncovered reports.video_id',
      'uncovered clicks.link_id',
      'uncovered clicks_seen.click_id',
      'uncovered links.click_id',
    ]);
  });

  it('lets rows that refer to a child be found in the way of their own table', () => {
    const relations = [relation('clicks', { indexes: [[['video_id'], ['link_id']]] }), relation('links')];
    const foreignKeys = [key('links'), key('clicks'), key('clicks', { columns: ['link_id'], toTable: 'links' })];
    expect(found({ relations, foreignKeys }, [place('clicks'), place('links')])).toEqual([]);
  });

  it('takes the column of a key of several that holds the id, and wants an index that begins with it', () => {
    const several = key('votes', { columns: ['tenant_id', 'video_id'], toColumns: ['tenant_id', 'id'] });
    const byTenant = relation('votes', { indexes: [[['tenant_id', 'video_id']]] });
    expect(found({ relations: [relation('votes')], foreignKeys: [several] }, [place('votes')])).toEqual([]);
    expect(found({ relations: [byTenant], foreignKeys: [several] }, [place('votes')])).toEqual([
      'unindexed votes.video_id',
    ]);
    const bySlug = key('votes', { columns: ['tenant_id', 'slug'], toColumns: ['tenant_id', 'slug'] });
    expect(found({ relations: [byTenant], foreignKeys: [bySlug] }, [place('votes')])).toContain(
      'uncovered votes.tenant_id, slug',
    );
  });

  it('wants the index on every partition', () => {
    const half = relation('watched', { indexes: [[['video_id']], [['at']]] });
    expect(found({ relations: [half], foreignKeys: [key('watched')] }, [place('watched')])).toEqual([
      'unindexed watched.video_id',
    ]);
  });

  it.each(['noAction', 'restrict'] as const)('names a key that forbids the deletion: %s', (onDelete) => {
    const foreignKeys = [key('votes', { onDelete })];
    const relations = [relation('votes')];
    expect(found({ relations, foreignKeys })).toContain('blocks votes.video_id');
    expect(found({ relations, foreignKeys }, [place('votes', { action: 'resolve' })])).toEqual([
      'blocks votes.video_id',
    ]);
    // The rows of this table are deleted before the video.
    expect(found({ relations, foreignKeys }, [place('votes')])).toEqual([]);
  });

  it('names a key that forbids the deletion because the order is wrong', () => {
    const relations = [relation('clicks', { indexes: [[['video_id'], ['link_id']]] }), relation('links')];
    const clicks = key('clicks', { columns: ['link_id'], toTable: 'links', onDelete: 'noAction' });
    const foreignKeys = [key('links'), clicks];
    expect(found({ relations, foreignKeys }, [place('clicks'), place('links')])).toEqual([]);
    expect(found({ relations, foreignKeys }, [place('links'), place('clicks')])).toEqual(['blocks clicks.link_id']);
  });

  it('names a key that takes rows along which are meant to stay', () => {
    const relations = [relation('reports')];
    expect(found({ relations, foreignKeys: [key('reports')] }, [place('reports', { action: 'resolve' })])).toEqual([
      'cascades reports.video_id',
    ]);
  });

  it('names columns by their name alone, quoted or not', () => {
    const relations = [relation('a'), relation('b', { columns: ['"videoId"'] }), relation('c', { columns: ['id'] })];
    expect(found({ relations })).toEqual(['uncovered a.video_id', 'uncovered b."videoId"']);
  });

  it('fails for what a materialised view keeps, and only mentions a plain one', () => {
    const relations = [
      relation('shown', { kind: 'view', columns: [], reads: ['videos'] }),
      relation('top', { kind: 'materialisedView', columns: [], reads: ['shown'] }),
      relation('by_name', { kind: 'materialisedView', reads: [] }),
      relation('unrelated', { kind: 'materialisedView', columns: ['id'], reads: ['users'] }),
    ];
    const findings = checkDataMap({ relations: [VIDEOS, ...relations], foreignKeys: [] }, [OF_VIDEOS]);
    const named = (wanted: (one: DataMapFinding) => boolean) => findings.filter(wanted).map(({ table }) => table);
    expect(named(isFailure)).toEqual(['top', 'by_name']);
    expect(named((one) => !isFailure(one))).toEqual(['shown']);
  });

  it('mentions a place that is not there, after the failures', () => {
    const places = [place('votes'), place('reports', { column: 'target_id', action: 'resolve' })];
    expect(found({ relations: [relation('reports'), relation('extra')] }, places)).toEqual([
      'uncovered reports.video_id',
      'uncovered extra.video_id',
      'missing votes.video_id',
      'missing reports.target_id',
    ]);
    expect(isFailure({ kind: 'missing' })).toBe(false);
  });
});
