-- The account that deletes videos. Run once, as the owner of the platform's tables, after the migrations.
-- On RDS and Aurora, `grant rds_iam to video_deletion` as well: then it logs in with IAM tokens.

create role video_deletion login;

-- Here and not per connection: RDS Proxy refuses these as startup parameters, and SET would pin the connection.
alter role video_deletion set statement_timeout = '15s';
alter role video_deletion set lock_timeout = '3s';
alter role video_deletion set idle_in_transaction_session_timeout = '15s';

-- Who asks, and for which video: nobody's name or address.
grant select (id, is_admin, is_active) on users to video_deletion;
grant select (id, user_id, status, url_hls, url_mp4, thumbnail, created_at, deleted_at) on videos to video_deletion;
grant update (deleted_at), delete on videos to video_deletion;

-- Locking a row before it is deleted takes the right to update a column of it.
grant select, update (video_id), delete
  on views, votes, user_liked_videos, share_links, share_clicks, processing_runs to video_deletion;

-- Reports are resolved, never deleted.
grant select (id, report_type, target_id, status), update (status, resolved_by, resolved_at)
  on reports to video_deletion;

-- MAINTAIN is the right to refresh. Before PostgreSQL 17 there is none: there, let the platform refresh the view.
grant select on video_stats to video_deletion;
grant maintain on video_stats to video_deletion;
