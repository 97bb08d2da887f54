"""Questions about roles: who stands above what the proxy can enforce, or can get there."""

from pgtoll.doctor.findings import Check, Severity

_OWNER = "(SELECT nspowner FROM pg_namespace WHERE nspname = 'pgtoll')"

# What membership in a predefined role is good for, and how much that matters here.
_POWERS = """
  ('pg_execute_server_program', 'problem', 'run programs as the account of the server'),
  ('pg_read_server_files', 'problem', 'read every file that PostgreSQL can, those of tables too'),
  ('pg_write_server_files', 'problem', 'write every file that PostgreSQL can, pg_hba.conf too'),
  ('pg_write_all_data', 'problem', 'write in schema pgtoll: seats, products, records'),
  ('pg_create_subscription', 'warning', 'have rows brought in by connections around the proxy'),
  ('pg_maintain', 'warning', 'lock the tables of schema pgtoll, which delays everybody'),
  ('pg_signal_backend', 'warning', 'end the sessions of others, those of the proxies too'),
  ('pg_read_all_stats', 'warning', 'see the statements of other users, with the values in them'),
  ('pg_monitor', 'warning', 'see the statements of other users, with the values in them')
"""

ROLES = (
    Check(
        name="superusers",
        # The first superuser of a server has OID 10 and is there to stay.
        sql="""
            SELECT oid::regrole::text AS role FROM pg_roles
            WHERE rolsuper AND rolcanlogin AND oid <> 10 ORDER BY 1
        """,
        what="role {role} is a superuser that may log in",
        why="A superuser can change what pgtoll goes by, through the proxy too.",
        fix=("ALTER ROLE {role} NOSUPERUSER;",),
        fine="nobody but the server's first role is a superuser that may log in",
    ),
    Check(
        name="powers",
        # A role that is a superuser needs none of these; the owner of schema pgtoll may look.
        sql=f"""
            SELECT p.severity, p.power, m.member::regrole::text AS member,
              m.roleid::regrole::text AS role,
              CASE WHEN current_setting('server_version_num')::int >= 160000
                THEN ' GRANTED BY ' || m.grantor::regrole::text ELSE '' END AS granted_by
            FROM (VALUES {_POWERS}) p (name, severity, power)
            JOIN pg_auth_members m ON m.roleid = to_regrole(p.name)
            JOIN pg_roles r ON r.oid = m.member AND NOT r.rolsuper
            WHERE m.member >= 16384
              AND NOT (p.severity = 'warning' AND m.member IS NOT DISTINCT FROM {_OWNER})
            ORDER BY 3, 4
        """,
        what="role {member} is a member of {role}",
        why="It may {power}.",
        fix=("REVOKE {role} FROM {member}{granted_by} CASCADE;",),
        fine="no ordinary role has a predefined role's powers over files, programs or sessions",
    ),
    Check(
        name="createrole",
        sql=f"""
            SELECT oid::regrole::text AS role FROM pg_roles
            WHERE rolcreaterole AND NOT rolsuper AND oid IS DISTINCT FROM {_OWNER} ORDER BY 1
        """,
        what="role {role} has CREATEROLE",
        why="Before PostgreSQL 16 it may make itself a member of any role that is no superuser's:"
        " of pgtoll_manager, and of those that read and write the server's files.",
        fix=("ALTER ROLE {role} NOCREATEROLE;",),
        fine="no ordinary role can make itself a member of a stronger one",
        until=159_999,
    ),
    Check(
        name="replication",
        sql="""
            SELECT oid::regrole::text AS role FROM pg_roles
            WHERE rolreplication AND NOT rolsuper AND rolcanlogin ORDER BY 1
        """,
        what="role {role} may replicate",
        why="Whoever replicates reads every table; the proxy refuses that to who lacks something,"
        " and cannot where it is not asked.",
        fix=("ALTER ROLE {role} NOREPLICATION;",),
        fine="no ordinary role may replicate",
        severity=Severity.WARNING,
    ),
    Check(
        name="managers",
        sql="""
            SELECT 'ok' AS severity, string_agg(member::regrole::text, ', ' ORDER BY 1) AS members
            FROM (SELECT DISTINCT member::regrole::text FROM pg_auth_members
              WHERE roleid = to_regrole('pgtoll_manager')) m HAVING count(*) > 0
        """,
        what="license administrators, members of pgtoll_manager: {members}",
        why="",
        fine="nobody but the owner of schema pgtoll and superusers administers licenses",
        severity=Severity.OK,
    ),
)  # fmt: skip
