"""Questions about settings: the server's, those of roles and databases, and who may change them."""

from pgtoll.doctor.findings import Check, Severity

# What must hold, how much it matters, and why.
_WANTED = """
  ('track_counts', 'on', 'problem', 'The check behind a statement goes by what it counts.'),
  ('session_replication_role', 'origin', 'problem', 'Triggers and foreign keys do not act.'),
  ('event_triggers', 'on', 'warning', 'Proxies are not told of changed tables at once.'),
  ('allow_system_table_mods', 'off', 'problem', 'System catalogs can be changed by hand.'),
  ('standard_conforming_strings', 'on', 'warning',
   'Backslashes in plain strings then mean something, and most injections begin with that.')
"""

SETTINGS = (
    Check(
        name="settings",
        # Those of the examining session's own role or database are the next check's.
        sql=f"""
            SELECT w.name, s.setting AS value, w.wanted, w.severity, w.reason
            FROM (VALUES {_WANTED}) w (name, wanted, severity, reason)
            JOIN pg_settings s ON s.name = w.name
            WHERE s.setting <> w.wanted
              AND s.source NOT IN ('user', 'database', 'database user', 'client', 'session')
            ORDER BY 1
        """,
        what="{name} is {value} on this server",
        why="{reason}",
        fix=("ALTER SYSTEM SET {name} = {wanted};", "SELECT pg_reload_conf();"),
        fine="the server counts what transactions do, and fires triggers",
    ),
    Check(
        name="role-settings",
        sql=f"""
            SELECT v.name, v.value, w.severity, w.reason, CASE
                WHEN d.setrole = 0 AND d.setdatabase = 0 THEN 'ROLE ALL'
                WHEN d.setrole = 0 THEN 'DATABASE ' || quote_ident(b.datname)
                ELSE 'ROLE ' || d.setrole::regrole::text
                  || coalesce(' IN DATABASE ' || quote_ident(b.datname), '') END AS holder
            FROM pg_db_role_setting d
            LEFT JOIN pg_database b ON b.oid = d.setdatabase,
              unnest(d.setconfig) c (line),
              LATERAL (
                SELECT split_part(c.line, '=', 1), split_part(c.line, '=', 2)) v (name, value)
            JOIN (VALUES {_WANTED}) w (name, wanted, severity, reason) ON w.name = v.name
            WHERE v.value <> w.wanted AND (b.oid IS NULL OR b.datname = current_database())
            ORDER BY 5, 1
        """,
        what="{holder} has {name} set to {value}",
        why="{reason}",
        fix=("ALTER {holder} RESET {name};",),
        fine="no role and no database has a setting that weakens the check",
    ),
    Check(
        name="parameter-grants",
        sql=f"""
            SELECT a.privilege_type AS privilege, p.parname AS name,
              CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END AS grantee
            FROM pg_parameter_acl p, aclexplode(p.paracl) a
            WHERE a.grantee <> 10 AND (a.privilege_type = 'ALTER SYSTEM' OR p.parname IN (
              SELECT w.name FROM (VALUES {_WANTED}) w (name, wanted, severity, reason)
              UNION ALL VALUES ('session_preload_libraries'), ('dynamic_library_path')))
            ORDER BY 3, 2
        """,
        what="{grantee} may {privilege} the parameter {name}",
        why="With it the check behind a statement, or the whole server, can be made to do less.",
        fix=("REVOKE {privilege} ON PARAMETER {name} FROM {grantee};",),
        fine="nobody but superusers may change the settings that the check rests on",
    ),
    Check(
        name="large-objects",
        sql="""
            SELECT setting FROM pg_settings WHERE name = 'lo_compat_privileges' AND setting = 'on'
        """,
        what="lo_compat_privileges is on",
        why="Everybody may read and write everybody's large objects.",
        fix=("ALTER SYSTEM SET lo_compat_privileges = off;", "SELECT pg_reload_conf();"),
        fine="large objects have owners and privileges",
        severity=Severity.WARNING,
    ),
)  # fmt: skip
