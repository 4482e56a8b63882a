import type { ColumnType, Generated, Insertable, Selectable } from 'kysely';

/** A `timestamptz`. If an insert leaves it out, it gets the column's default: now, or null. */
type Time = ColumnType<Date, Date | string | undefined, Date | string>;
type OptionalTime = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

/** A `bigint`. The driver returns it as text, because it may exceed a JavaScript number. */
type Big = ColumnType<string, number | string, number | string>;

/** The enum types of the platform. Their values are lower case; Postgres refuses any other spelling (22P02). */
export type VideoStatus = 'uploading' | 'processing' | 'ready' | 'failed' | 'rejected';
export type VoteDirection = 'like' | 'not_like';
export type ReportType = 'video' | 'user';
export type ReportStatus = 'pending' | 'resolved' | 'dismissed';

export type UsersTable = {
  id: Generated<string>;
  username: string;
  email: string;
  is_admin: Generated<boolean>;
  is_active: Generated<boolean>;
  created_at: Time;
};

export type VideosTable = {
  id: Generated<string>;
  user_id: string;
  title: string;
  description: string | null;
  status: Generated<VideoStatus>;
  url_hls: string | null;
  url_mp4: string | null;
  thumbnail: string | null;
  duration_seconds: number | null;
  file_size_bytes: Big | null;
  original_filename: string | null;
  created_at: Time;
  updated_at: Time;
  /** The time of the request while a deletion hides the video. Readers show only rows in which it is null. */
  deleted_at: OptionalTime;
};

export type VotesTable = {
  id: Generated<string>;
  user_id: string;
  video_id: string;
  direction: VoteDirection;
};

export type UserLikedVideosTable = {
  id: Generated<string>;
  user_id: string;
  video_id: string;
};

export type ViewsTable = {
  id: Generated<string>;
  video_id: string;
  /** Null for a viewer without an account, or with a deleted one. */
  user_id: string | null;
  watched_seconds: Generated<number>;
};

export type ShareLinksTable = {
  id: Generated<string>;
  video_id: string;
  created_by: string | null;
  token: string;
  created_at: Time;
};

export type ShareClicksTable = {
  id: Generated<string>;
  share_link_id: string;
  video_id: string;
  clicked_at: Time;
};

export type ReportsTable = {
  id: Generated<string>;
  reporter_id: string | null;
  report_type: ReportType;
  /** The id of a video or of a user, as `report_type` says. No foreign key: reports outlive what they are about. */
  target_id: string;
  reason: string;
  status: Generated<ReportStatus>;
  resolved_by: string | null;
  resolved_at: OptionalTime;
};

/** Our table: which Step Functions executions process a video. Whoever starts one writes the row. */
export type ProcessingRunsTable = {
  video_id: string;
  execution_arn: string;
  started_at: Time;
};

/** A materialised view: figures per video, as of its last refresh. */
export type VideoStatsView = {
  video_id: ColumnType<string, never, never>;
  likes: ColumnType<string, never, never>;
  views: ColumnType<string, never, never>;
};

/** The tables that a deletion reads or writes, and those of the pages that show its effect. */
export type Database = {
  users: UsersTable;
  videos: VideosTable;
  votes: VotesTable;
  user_liked_videos: UserLikedVideosTable;
  views: ViewsTable;
  share_links: ShareLinksTable;
  share_clicks: ShareClicksTable;
  reports: ReportsTable;
  processing_runs: ProcessingRunsTable;
  video_stats: VideoStatsView;
};

/** A row as it is selected, and as it is inserted. */
export type Row<Table extends keyof Database> = Selectable<Database[Table]>;
export type NewRow<Table extends keyof Database> = Insertable<Database[Table]>;
