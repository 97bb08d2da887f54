-- What pools, exporters and monitors ask again and again.
SELECT 1;
SELECT count(*) FROM pg_stat_activity;
SELECT count(*), state FROM pg_stat_activity GROUP BY state;
SELECT pid, state, wait_event, wait_event_type FROM pg_stat_activity WHERE pid <> pg_backend_pid();
SELECT pid, usename, now() - query_start AS runtime, state FROM pg_stat_activity WHERE state <> 'idle' ORDER BY runtime DESC;
SELECT max(age(backend_xmin)) FROM pg_stat_activity WHERE backend_xmin IS NOT NULL;
SELECT max(extract(epoch FROM now() - xact_start)) FROM pg_catalog.pg_stat_activity WHERE state LIKE 'idle in transaction%';
SELECT a.datname, a.usename, a.application_name, count(*) AS sessions FROM pg_stat_activity a GROUP BY 1, 2, 3;
SELECT count(1) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
SELECT client_addr, client_port, backend_start, backend_type FROM pg_stat_activity WHERE backend_type = 'client backend';
SELECT tmp.datname, tmp2.state, coalesce(count, 0) AS count, coalesce(max_tx_duration, 0) AS max_tx_duration FROM
  (VALUES ('active'), ('idle'), ('idle in transaction'), ('disabled')) AS tmp2(state) CROSS JOIN (SELECT datname FROM pg_database WHERE NOT datistemplate) tmp
LEFT JOIN (SELECT datname, state, count(*) AS count, max(extract(epoch FROM now() - xact_start))::float AS max_tx_duration FROM pg_stat_activity GROUP BY datname, state) AS found
ON tmp.datname = found.datname AND tmp2.state = found.state;
SELECT blocked.pid, blocking.pid FROM pg_stat_activity blocked JOIN pg_stat_activity blocking ON blocking.pid = ANY (pg_blocking_pids(blocked.pid));
SELECT l.mode, l.granted, a.usename, a.state FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid WHERE NOT l.granted;
SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE application_name = 'worker');
SELECT pid, query FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid();
SELECT * FROM pg_stat_activity WHERE pid = pg_backend_pid();
SELECT pid, left(query, 80) AS query FROM pg_stat_activity WHERE usename = current_user ORDER BY query_start DESC NULLS LAST LIMIT 5;
SELECT datname, pg_size_pretty(pg_database_size(datname)) FROM pg_database WHERE datname = current_database();
SELECT pg_size_pretty(pg_total_relation_size('item'));
SELECT schemaname, relname, n_live_tup, n_dead_tup, last_autovacuum FROM pg_stat_user_tables ORDER BY n_dead_tup DESC;
SELECT schemaname, relname, seq_scan, idx_scan FROM pg_stat_all_tables WHERE relname = 'item';
SELECT indexrelname, idx_scan FROM pg_stat_user_indexes WHERE idx_scan = 0;
SELECT relname, heap_blks_hit::float / nullif(heap_blks_hit + heap_blks_read, 0) AS ratio FROM pg_statio_user_tables;
SELECT * FROM pg_stat_database WHERE datname = current_database();
SELECT * FROM pg_stat_bgwriter;
SELECT * FROM pg_stat_archiver;
SELECT * FROM pg_stat_replication;
SELECT * FROM pg_replication_slots;
SELECT * FROM pg_stat_wal;
SELECT name, setting, unit FROM pg_settings WHERE name IN ('max_connections', 'shared_buffers');
SELECT datname, age(datfrozenxid) FROM pg_database ORDER BY 2 DESC;
SELECT c.oid::regclass, age(c.relfrozenxid), pg_table_size(c.oid) FROM pg_class c WHERE c.relkind IN ('r', 't', 'm') AND c.relnamespace = 'shop'::regnamespace;
SELECT pg_is_in_recovery();
SELECT CASE WHEN pg_is_in_recovery() THEN NULL ELSE pg_current_wal_lsn() END IS NULL;
SELECT pg_postmaster_start_time() < now(), pg_conf_load_time() < now();
SELECT mode, count(*) FROM pg_locks GROUP BY mode;
SELECT locktype, relation::regclass, mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation IS NOT NULL;
SELECT sum(pg_relation_size(oid)) > 0 FROM pg_class WHERE relkind = 'r' AND relnamespace = 'shop'::regnamespace;
SELECT nspname, relname, pg_size_pretty(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE nspname = 'shop' ORDER BY pg_total_relation_size(c.oid) DESC LIMIT 5;
SELECT funcname, calls, total_time FROM pg_stat_user_functions WHERE schemaname = 'shop';
SELECT * FROM pg_stat_progress_vacuum;
SELECT * FROM pg_stat_progress_create_index;
SELECT null_frac, n_distinct FROM pg_stats WHERE tablename = 'item' AND attname = 'price';
SELECT s.tablename, s.attname, s.avg_width FROM pg_stats s WHERE s.schemaname = 'shop' ORDER BY 1, 2;
SELECT schemaname, tablename, ROUND(CASE WHEN otta = 0 THEN 0.0 ELSE sml.relpages / otta::numeric END, 1) AS tbloat FROM (
  SELECT schemaname, tablename, cc.reltuples, cc.relpages, bs, CEIL((cc.reltuples * ((datahdr + ma - (CASE WHEN datahdr % ma = 0 THEN ma ELSE datahdr % ma END)) + nullhdr2 + 4)) / (bs - 20::float)) AS otta FROM (
    SELECT ma, bs, schemaname, tablename, (datawidth + (hdr + ma - (CASE WHEN hdr % ma = 0 THEN ma ELSE hdr % ma END)))::numeric AS datahdr,
      (maxfracsum * (nullhdr + ma - (CASE WHEN nullhdr % ma = 0 THEN ma ELSE nullhdr % ma END))) AS nullhdr2 FROM (
      SELECT schemaname, tablename, hdr, ma, bs, SUM((1 - null_frac) * avg_width) AS datawidth, MAX(null_frac) AS maxfracsum,
        hdr + (SELECT 1 + count(*) / 8 FROM pg_stats s2 WHERE null_frac <> 0 AND s2.schemaname = s.schemaname AND s2.tablename = s.tablename) AS nullhdr
      FROM pg_stats s, (SELECT (SELECT current_setting('block_size')::numeric) AS bs, 23 AS hdr, 8 AS ma) AS constants GROUP BY 1, 2, 3, 4) AS foo) AS rs
  JOIN pg_class cc ON cc.relname = rs.tablename JOIN pg_namespace nn ON cc.relnamespace = nn.oid AND nn.nspname = rs.schemaname AND nn.nspname <> 'information_schema') AS sml WHERE schemaname = 'shop';
