-- What an administration tool with an object tree and a dashboard asks of a server, a database and a schema.
SET DateStyle = ISO;
SET client_min_messages = notice;
SELECT set_config('bytea_output', 'hex', false) FROM pg_settings WHERE name = 'bytea_output';
SET client_encoding = 'UTF8';
SELECT version();
SELECT db.oid AS did, db.datname, db.datallowconn, pg_encoding_to_char(db.encoding) AS serverencoding,
  has_database_privilege(db.oid, 'CREATE') AS cancreate, datistemplate
FROM pg_catalog.pg_database db WHERE db.datname = current_database();
SELECT roles.oid AS id, roles.rolname AS name, roles.rolsuper AS is_superuser,
  CASE WHEN roles.rolsuper THEN true ELSE roles.rolcreaterole END AS can_create_role,
  CASE WHEN roles.rolsuper THEN true ELSE roles.rolcreatedb END AS can_create_db,
  CASE WHEN 'pg_signal_backend' = ANY (ARRAY(WITH RECURSIVE cte AS (
    SELECT pg_roles.oid, pg_roles.rolname FROM pg_roles WHERE pg_roles.oid = roles.oid
    UNION ALL
    SELECT m.roleid, pgr.rolname FROM cte cte_1 JOIN pg_auth_members m ON m.member = cte_1.oid
    JOIN pg_roles pgr ON pgr.oid = m.roleid) SELECT rolname FROM cte)) THEN true ELSE false END AS can_signal_backend
FROM pg_catalog.pg_roles AS roles WHERE rolname = current_user;
SELECT usename FROM pg_stat_replication LIMIT 1;
SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'bdr') AS has_bdr;
SELECT gss_authenticated, encrypted FROM pg_catalog.pg_stat_gssapi WHERE pid = pg_backend_pid();
SELECT db.oid AS did, db.datname AS name, ta.spcname AS spcname, db.datallowconn, db.datistemplate,
  has_database_privilege(db.oid, 'CREATE') AS cancreate, datdba AS owner, descr.description
FROM pg_catalog.pg_database db LEFT OUTER JOIN pg_catalog.pg_tablespace ta ON db.dattablespace = ta.oid
LEFT OUTER JOIN pg_catalog.pg_shdescription descr ON (db.oid = descr.objoid AND descr.classoid = 'pg_database'::regclass)
WHERE db.oid > 16000 OR db.datname IN ('postgres', 'edb') ORDER BY datname;
SELECT pg_catalog.shobj_description(d.oid, 'pg_database'), pg_catalog.pg_get_userbyid(d.datdba), d.datcollate, d.datctype,
  d.datconnlimit, d.datacl, array_to_string(d.datacl::text[], ', ') FROM pg_catalog.pg_database d WHERE datname = current_database();
SELECT nsp.oid, nsp.nspname AS name, pg_catalog.has_schema_privilege(nsp.oid, 'CREATE') AS can_create,
  pg_catalog.has_schema_privilege(nsp.oid, 'USAGE') AS has_usage, des.description
FROM pg_catalog.pg_namespace nsp LEFT OUTER JOIN pg_catalog.pg_description des
  ON (des.objoid = nsp.oid AND des.classoid = 'pg_namespace'::regclass)
WHERE nspname NOT LIKE E'pg\\_%' AND nspname <> 'information_schema' ORDER BY nspname;
SELECT rel.oid, rel.relname AS name, (SELECT count(*) FROM pg_catalog.pg_trigger WHERE tgrelid = rel.oid AND tgisinternal = false) AS triggercount,
  (SELECT count(*) FROM pg_catalog.pg_trigger WHERE tgrelid = rel.oid AND tgisinternal = false AND tgenabled = 'O') AS has_enable_triggers,
  (CASE WHEN rel.relkind = 'p' THEN true ELSE false END) AS is_partitioned,
  (SELECT count(1) FROM pg_catalog.pg_inherits WHERE inhrelid = rel.oid LIMIT 1) AS is_inherits,
  (SELECT count(1) FROM pg_catalog.pg_inherits WHERE inhparent = rel.oid LIMIT 1) AS is_inherited, des.description
FROM pg_catalog.pg_class rel
LEFT OUTER JOIN pg_catalog.pg_description des ON (des.objoid = rel.oid AND des.objsubid = 0 AND des.classoid = 'pg_class'::regclass)
WHERE rel.relkind IN ('r', 's', 't', 'p') AND NOT rel.relispartition ORDER BY rel.relname;
SELECT c.oid, c.relname, c.relowner, pg_catalog.pg_get_userbyid(c.relowner), c.reltuples::bigint, c.relhasindex, c.relpersistence,
  c.relacl, c.relrowsecurity, substring(array_to_string(c.reloptions, ',') FROM 'fillfactor=([0-9]*)') AS fillfactor,
  pg_catalog.pg_get_expr(c.relpartbound, c.oid), pg_catalog.obj_description(c.oid, 'pg_class'), typ.typname,
  (SELECT array_agg(i.inhparent::regclass::text) FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid) AS parents,
  con.conname, con.conkey FROM pg_catalog.pg_class c
LEFT JOIN pg_catalog.pg_type typ ON c.reloftype = typ.oid
LEFT JOIN pg_catalog.pg_constraint con ON con.conrelid = c.oid AND con.contype = 'p'
WHERE c.relkind IN ('r', 'p') AND c.relname = 'item';
SELECT att.attname AS name, att.atttypid, att.attlen, att.attnum, att.attndims, att.atttypmod, att.attacl, att.attnotnull,
  att.attoptions, att.attstattarget, att.attstorage, att.attidentity, pg_catalog.pg_get_expr(def.adbin, def.adrelid) AS defval,
  pg_catalog.format_type(ty.oid, NULL) AS typname, pg_catalog.format_type(ty.oid, att.atttypmod) AS displaytypname,
  CASE WHEN ty.typelem > 0 THEN ty.typelem ELSE ty.oid END AS elemoid, des.description,
  (CASE WHEN (att.attidentity IN ('a', 'd')) THEN 'i' WHEN (att.attgenerated IN ('s')) THEN 'g' ELSE 'n' END) AS colconstype,
  (SELECT count(1) FROM pg_catalog.pg_type ty2 WHERE ty2.typname = ty.typname) > 1 AS isdup
FROM pg_catalog.pg_attribute att JOIN pg_catalog.pg_type ty ON ty.oid = atttypid
LEFT OUTER JOIN pg_catalog.pg_attrdef def ON adrelid = att.attrelid AND adnum = att.attnum
LEFT OUTER JOIN pg_catalog.pg_description des ON (des.objoid = att.attrelid AND des.objsubid = att.attnum AND des.classoid = 'pg_class'::regclass)
WHERE att.attrelid = 'item'::regclass AND att.attnum > 0 AND att.attisdropped IS FALSE ORDER BY att.attnum;
SELECT DISTINCT ON (cls.relname) cls.oid, cls.relname AS name, idx.indisunique, idx.indisprimary, idx.indisclustered, idx.indkey,
  am.amname, pg_catalog.pg_get_indexdef(idx.indexrelid), pg_catalog.pg_get_expr(idx.indpred, idx.indrelid, true) AS indconstraint
FROM pg_catalog.pg_index idx JOIN pg_catalog.pg_class cls ON cls.oid = indexrelid JOIN pg_catalog.pg_class tab ON tab.oid = indrelid
JOIN pg_catalog.pg_am am ON am.oid = cls.relam WHERE indrelid = 'item'::regclass ORDER BY cls.relname;
SELECT c.conname, c.contype, c.condeferrable, pg_catalog.pg_get_constraintdef(c.oid, true) FROM pg_catalog.pg_constraint c WHERE c.conrelid = 'item'::regclass;
SELECT t.oid, t.tgname, t.tgenabled, pg_catalog.pg_get_triggerdef(t.oid, true) FROM pg_catalog.pg_trigger t WHERE NOT t.tgisinternal AND t.tgrelid = 'item'::regclass;
SELECT rw.oid, rw.rulename, pg_catalog.pg_get_ruledef(rw.oid) FROM pg_catalog.pg_rewrite rw WHERE rw.ev_class = 'item'::regclass;
SELECT c.oid, c.relname, pg_catalog.pg_get_viewdef(c.oid, true) AS definition FROM pg_catalog.pg_class c WHERE c.relkind = 'v' AND c.relname = 'cheap_item';
SELECT pr.oid, pr.proname || '(' || coalesce(pg_catalog.pg_get_function_identity_arguments(pr.oid), '') || ')' AS name, lanname,
  pg_catalog.pg_get_userbyid(proowner) AS funcowner, des.description FROM pg_catalog.pg_proc pr JOIN pg_catalog.pg_type typ ON typ.oid = prorettype
JOIN pg_catalog.pg_language lng ON lng.oid = prolang LEFT OUTER JOIN pg_catalog.pg_description des ON (des.objoid = pr.oid AND des.classoid = 'pg_proc'::regclass)
WHERE pr.prokind IN ('f', 'w') AND pr.pronamespace = 'shop'::regnamespace AND typname NOT IN ('trigger', 'event_trigger') ORDER BY proname;
SELECT pg_catalog.pg_get_functiondef(p.oid) FROM pg_catalog.pg_proc p WHERE p.proname = 'price_of';
SELECT s.oid, s.relname, pg_catalog.has_sequence_privilege(s.oid, 'SELECT') FROM pg_catalog.pg_class s WHERE relkind = 'S';
SELECT last_value, is_called FROM item_id_seq;
SELECT x.oid, x.extname, r.rolname, n.nspname, x.extrelocatable, x.extversion, e.comment FROM pg_catalog.pg_extension x
LEFT JOIN pg_catalog.pg_namespace n ON x.extnamespace = n.oid JOIN pg_catalog.pg_roles r ON x.extowner = r.oid
LEFT JOIN pg_catalog.pg_available_extensions() AS e(name, default_version, comment) ON x.extname = e.name ORDER BY x.extname;
SELECT r.oid, r.*, pg_catalog.shobj_description(r.oid, 'pg_authid') AS description,
  ARRAY(SELECT CASE WHEN am.admin_option THEN '1' ELSE '0' END || rm.rolname FROM (SELECT * FROM pg_catalog.pg_auth_members WHERE member = r.oid) am
  LEFT JOIN pg_catalog.pg_roles rm ON (rm.oid = am.roleid)) rolmembership FROM pg_catalog.pg_roles r ORDER BY r.rolcanlogin, r.rolname;
SELECT ts.oid, ts.spcname, pg_catalog.pg_get_userbyid(spcowner), pg_catalog.pg_tablespace_location(ts.oid), ts.spcacl FROM pg_catalog.pg_tablespace ts ORDER BY spcname;
SELECT 'session_stats' AS chart_name, row_to_json(t) AS chart_data FROM (SELECT
  (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE datname = current_database()) AS "Total",
  (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE state = 'active' AND datname = current_database()) AS "Active",
  (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE state = 'idle' AND datname = current_database()) AS "Idle") t
UNION ALL
SELECT 'tps_stats' AS chart_name, row_to_json(t) AS chart_data FROM (SELECT
  (SELECT sum(xact_commit) + sum(xact_rollback) FROM pg_catalog.pg_stat_database WHERE datname = current_database()) AS "Transactions",
  (SELECT sum(xact_commit) FROM pg_catalog.pg_stat_database WHERE datname = current_database()) AS "Commits") t
UNION ALL
SELECT 'bio_stats' AS chart_name, row_to_json(t) AS chart_data FROM (SELECT
  (SELECT sum(blks_read) FROM pg_catalog.pg_stat_database WHERE datname = current_database()) AS "Reads",
  (SELECT sum(blks_hit) FROM pg_catalog.pg_stat_database WHERE datname = current_database()) AS "Hits") t;
SELECT pid, datname, usename, application_name, client_addr, pg_catalog.to_char(backend_start, 'YYYY-MM-DD HH24:MI:SS TZ') AS backend_start,
  state, wait_event_type || ': ' || wait_event AS wait_event, array_to_string(pg_catalog.pg_blocking_pids(pid), ', ') AS blocking_pids, query,
  pg_catalog.to_char(state_change, 'YYYY-MM-DD HH24:MI:SS TZ') AS state_change, pg_catalog.to_char(query_start, 'YYYY-MM-DD HH24:MI:SS TZ') AS query_start,
  pg_catalog.to_char(xact_start, 'YYYY-MM-DD HH24:MI:SS TZ') AS xact_start, backend_type, CASE WHEN state = 'active' THEN round((extract(epoch FROM now() - query_start) / 60)::numeric, 2) ELSE 0 END AS active_since
FROM pg_catalog.pg_stat_activity WHERE datname = current_database() ORDER BY pid;
SELECT pid, locktype, datname, relation::regclass, page, tuple, virtualxid, transactionid, classid::regclass, objid, objsubid, virtualtransaction, mode, granted, fastpath
FROM pg_catalog.pg_locks l LEFT OUTER JOIN pg_catalog.pg_database d ON (l.database = d.oid) WHERE datname = current_database() ORDER BY pid, locktype;
SELECT name, category, setting, unit, short_desc FROM pg_catalog.pg_settings ORDER BY category, name;
SELECT gid, database, owner, transaction, prepared FROM pg_catalog.pg_prepared_xacts WHERE database = current_database() ORDER BY gid, database, owner;
SELECT datname AS "Database", numbackends AS "Backends", xact_commit, xact_rollback, blks_read, blks_hit, tup_returned, tup_fetched, tup_inserted, tup_updated, tup_deleted,
  stats_reset, slave.confl_tablespace, slave.confl_lock, temp_files, pg_catalog.pg_size_pretty(temp_bytes), deadlocks, blk_read_time, blk_write_time,
  CASE WHEN pg_catalog.has_database_privilege(db.datname, 'CONNECT') THEN pg_catalog.pg_size_pretty(pg_catalog.pg_database_size(db.datid)) ELSE '' END AS size
FROM pg_catalog.pg_stat_database db JOIN pg_catalog.pg_stat_database_conflicts slave ON db.datid = slave.datid ORDER BY db.datname;
SELECT st.relname AS "Table name", pg_catalog.pg_relation_size(st.relid) + 0 AS "Total Size", n_tup_ins, n_tup_upd, n_tup_del, n_tup_hot_upd, n_live_tup, n_dead_tup, last_vacuum, last_autovacuum,
  last_analyze, vacuum_count FROM pg_catalog.pg_stat_all_tables st JOIN pg_catalog.pg_class cl ON cl.oid = st.relid AND cl.relkind IN ('r', 's', 't', 'p') WHERE schemaname = current_schema() ORDER BY st.relname;
SELECT seq_scan, seq_tup_read, idx_scan, heap_blks_read, heap_blks_hit, pg_catalog.pg_size_pretty(pg_catalog.pg_relation_size(stat.relid)),
  pg_catalog.pg_size_pretty(pg_catalog.pg_indexes_size(stat.relid)), pg_catalog.pg_size_pretty(pg_catalog.pg_total_relation_size(stat.relid))
FROM pg_catalog.pg_stat_all_tables stat JOIN pg_catalog.pg_statio_all_tables statio ON stat.relid = statio.relid WHERE stat.relid = 'item'::regclass;
SELECT attname, null_frac, avg_width, n_distinct, correlation FROM pg_catalog.pg_stats WHERE tablename = 'item' ORDER BY attname;
SELECT oid, pg_catalog.format_type(oid, NULL) AS typname FROM pg_catalog.pg_type WHERE oid = ANY (ARRAY[23, 25, 1700]) ORDER BY oid;
SELECT at.attname, at.attnum, ty.typname FROM pg_catalog.pg_attribute at LEFT JOIN pg_catalog.pg_type ty ON (ty.oid = at.atttypid) WHERE attrelid = 'item'::regclass::oid AND attnum = ANY (
  (SELECT con.conkey FROM pg_catalog.pg_class rel LEFT OUTER JOIN pg_catalog.pg_constraint con ON con.conrelid = rel.oid AND con.contype = 'p' WHERE rel.relkind IN ('r', 's', 't', 'p') AND rel.oid = 'item'::regclass)::oid[]);
SELECT * FROM item LIMIT 1000;
BEGIN;
EXPLAIN (FORMAT JSON, ANALYZE true, VERBOSE true, COSTS true, TIMING true, BUFFERS true) SELECT * FROM item;
ROLLBACK;
SELECT pg_catalog.pg_is_in_recovery(), CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_is_wal_replay_paused() ELSE false END;
SELECT pg_stat_get_backend_pid(backendid) FROM pg_stat_get_backend_idset() backendid LIMIT 0;
SELECT pg_cancel_backend(0);
