"""Questions about what reaches out of a session: files, connections, replication, languages."""

from pgtoll.doctor.findings import Check, Severity

_GRANTEE = "CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END"

# Functions that connect somewhere or leave work to other sessions, by their extension.
_CONNECTING = "'dblink', 'plproxy', 'pg_background', 'pg_cron', 'http', 'pg_net', 'adminpack'"

DOORS = (
    Check(
        name="server-functions",
        # As delivered, only superusers and some predefined roles may call these.
        sql=f"""
            SELECT p.oid::regprocedure::text AS routine, {_GRANTEE} AS grantee
            FROM pg_proc p, aclexplode(p.proacl) a
            WHERE p.pronamespace = 'pg_catalog'::regnamespace
              AND p.proname IN ('pg_read_file', 'pg_read_binary_file', 'pg_ls_dir', 'lo_import',
                'lo_export', 'pg_reload_conf', 'pg_switch_wal', 'pg_file_write', 'pg_file_rename')
              AND (a.grantee = 0 OR a.grantee >= 16384) ORDER BY 2, 1
        """,
        what="{grantee} may call {routine}",
        why="It reaches the server's files or its workings, and PostgreSQL grants it to no ordinary"
        " role.",
        fix=("REVOKE EXECUTE ON FUNCTION {routine} FROM {grantee} CASCADE;",),
        fine="no ordinary role may call functions that reach the server's files",
    ),
    Check(
        name="catalog-grants",
        # These hold values of tables, or passwords; and nobody writes catalogs by hand.
        sql=f"""
            SELECT c.oid::regclass::text AS thing, a.privilege_type AS privilege,
              {_GRANTEE} AS grantee
            FROM pg_class c, aclexplode(c.relacl) a
            WHERE c.relnamespace = 'pg_catalog'::regnamespace
              AND (a.grantee = 0 OR a.grantee >= 16384) AND (
                c.relkind = 'r' AND a.privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')
                OR c.relname IN ('pg_statistic', 'pg_statistic_ext_data', 'pg_largeobject',
                  'pg_authid', 'pg_shadow', 'pg_user_mapping', 'pg_subscription'))
            ORDER BY 3, 1, 2
        """,
        what="{grantee} has {privilege} on {thing}",
        why="System relations hold values of every table, and decide what names mean.",
        fix=("REVOKE {privilege} ON {thing} FROM {grantee} CASCADE;",),
        fine="no ordinary role may write system catalogs, or read those that hold values",
    ),
    Check(
        name="statistics",
        sql="""
            SELECT string_agg(oid::regclass::text, ', ' ORDER BY 1) AS views FROM pg_class
            WHERE oid IN (to_regclass('pg_stats'), to_regclass('pg_stats_ext'),
                to_regclass('pg_stats_ext_exprs'))
              AND has_table_privilege('public', oid, 'SELECT')
            HAVING count(*) > 0
        """,
        what="everybody may read {views}",
        why="They hold common values of every table that one may read. The proxy refuses them by"
        " name to who lacks something, and cannot see what a function reads of them and undoes.",
        fix=("REVOKE SELECT ON {views} FROM PUBLIC;",),
        fine="statistics, which hold values of tables, are not for everybody",
        severity=Severity.WARNING,
    ),
    Check(
        name="row-types",
        sql="""
            SELECT string_agg(f::text, ', ' ORDER BY 1) AS routines
            FROM unnest(ARRAY['pg_catalog.record_in(cstring, oid, int4)'::regprocedure,
              'pg_catalog.array_in(cstring, oid, int4)']) f
            WHERE has_function_privilege('public', f, 'EXECUTE')
            HAVING count(*) > 0
        """,
        what="everybody may call {routines} by name",
        why="A session keeps the names of the columns of rows, also those that a refused statement"
        " has made of what it read, and these functions show them.",
        fix=("REVOKE EXECUTE ON FUNCTION {routines} FROM PUBLIC;",),
        fine="nobody may ask what rows a refused statement has made",
        severity=Severity.WARNING,
    ),
    Check(
        name="untrusted-functions",
        sql=f"""
            SELECT p.oid::regprocedure::text AS routine, l.lanname AS language,
              {_GRANTEE} AS grantee
            FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang AND NOT l.lanpltrusted,
              aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
            WHERE p.oid >= 16384 AND l.lanname <> 'internal' AND a.grantee <> p.proowner
              AND p.prorettype <> 'language_handler'::regtype AND NOT EXISTS (
                SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
                  AND d.deptype = 'e')
            ORDER BY 1, 3
        """,
        what="{grantee} may call {routine}, written in language {language}",
        why="What it does on the server cannot be read, and not all of it can be watched: such"
        " languages open files and connections.",
        fix=("REVOKE EXECUTE ON ROUTINE {routine} FROM {grantee} CASCADE;",),
        fine="no function in an untrusted language may be called by others",
        severity=Severity.WARNING,
    ),
    Check(
        name="extensions",
        sql=f"""
            SELECT e.extname AS extension, {_GRANTEE} AS grantee,
              string_agg(p.oid::regprocedure::text, ', ' ORDER BY p.oid) AS routines
            FROM pg_extension e
            JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
              AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
            JOIN pg_proc p ON p.oid = d.objid,
              aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
            WHERE e.extname IN ({_CONNECTING}) AND a.grantee <> p.proowner
              AND (a.grantee = 0 OR a.grantee >= 16384)
            GROUP BY 1, 2 ORDER BY 1, 2
        """,
        what="{grantee} may call the functions of extension {extension}",
        why="They work by other connections, which nobody watches. The proxy refuses them to who"
        " lacks something; what calls them in a trusted function goes through.",
        fix=("REVOKE EXECUTE ON FUNCTION {routines} FROM {grantee} CASCADE;",),
        fine="nobody may call an extension's functions that connect elsewhere",
        severity=Severity.WARNING,
    ),
    Check(
        name="wrappers",
        sql=f"""
            SELECT quote_ident(w.fdwname) AS wrapper, {_GRANTEE} AS grantee
            FROM pg_foreign_data_wrapper w, aclexplode(w.fdwacl) a
            WHERE a.grantee <> w.fdwowner ORDER BY 1, 2
        """,
        what="{grantee} may make servers of foreign data wrapper {wrapper}",
        why="A foreign server can lead back to this one, around the proxy, or to its files.",
        fix=("REVOKE USAGE ON FOREIGN DATA WRAPPER {wrapper} FROM {grantee} CASCADE;",),
        fine="no ordinary role may make foreign servers",
    ),
    Check(
        name="foreign-servers",
        sql="""
            SELECT quote_ident(s.srvname) AS server, o.host,
              CASE WHEN u.umuser = 0 THEN 'PUBLIC' ELSE quote_ident(u.usename) END AS role
            FROM pg_foreign_server s
            JOIN pg_user_mappings u ON u.srvid = s.oid
            LEFT JOIN pg_roles r ON r.oid = u.umuser,
              LATERAL (SELECT
                coalesce(max(v.option_value) FILTER (
                  WHERE v.option_name IN ('host', 'hostaddr')), ''),
                coalesce(max(v.option_value) FILTER (WHERE v.option_name = 'port'),
                  current_setting('port'))
                FROM pg_options_to_table(s.srvoptions) v) o (host, port)
            WHERE o.port = current_setting('port') AND NOT coalesce(r.rolsuper, false) AND (
              o.host IN ('', 'localhost', '::1', host(inet_server_addr()))
              OR o.host LIKE '127.%' OR o.host LIKE '/%')
            ORDER BY 1, 3
        """,
        what="{role} may use foreign server {server}, which leads back to this server",
        why="Its connections come from the server itself, around the proxy.",
        fix=("DROP USER MAPPING FOR {role} SERVER {server};",),
        fine="no foreign server leads back to this one",
    ),
    Check(
        name="slots",
        sql="""
            SELECT slot_name AS slot, quote_literal(slot_name) AS quoted FROM pg_replication_slots
            WHERE slot_type = 'logical' AND database = current_database() ORDER BY 1
        """,
        what="there is a logical replication slot {slot}",
        why="It holds every change of every table, for whoever may read it.",
        fix=("SELECT pg_drop_replication_slot({quoted});",),
        fine="no logical replication slot holds changes of this database",
        severity=Severity.WARNING,
    ),
    Check(
        name="publications",
        sql="""
            SELECT quote_ident(t.pubname) AS publication,
              string_agg(DISTINCT c.oid::regclass::text, ', ') AS tables
            FROM pg_publication_tables t
            JOIN pg_namespace n ON n.nspname = t.schemaname
            JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = t.tablename
            JOIN pgtoll.pin p ON p.relation = c.oid AND p.product <> 0
            GROUP BY 1 ORDER BY 1
        """,
        what="publication {publication} has licensed tables: {tables}",
        why="Whoever may replicate gets their rows, and no license is asked for.",
        fix=("DROP PUBLICATION {publication};",),
        fine="no publication has a licensed table",
        severity=Severity.WARNING,
        needs_schema=True,
    ),
    Check(
        name="subscriptions",
        sql="""
            SELECT quote_ident(subname) AS subscription FROM pg_subscription
            WHERE subenabled AND subdbid =
              (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 1
        """,
        what="subscription {subscription} writes rows into this database",
        why="They come around the proxy: no cap counts them.",
        fix=("ALTER SUBSCRIPTION {subscription} DISABLE;",),
        fine="no subscription writes rows around the proxy",
        severity=Severity.WARNING,
    ),
)  # fmt: skip
