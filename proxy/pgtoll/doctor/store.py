"""Whether schema pgtoll is what `pgtoll init` made: its owners, its grants, and what acts in it."""

from collections.abc import Iterator, Sequence

from pgtoll.doctor.findings import Check, Finding, Row, Severity, Where, fine
from pgtoll.store.reference import Function, Reference

OBJECTS = (
    Check(
        name="store-owner",
        sql="""
            SELECT k.kind, o.thing, o.owner::regrole::text AS owner,
              n.nspowner::regrole::text AS rightful
            FROM pg_namespace n JOIN (
              SELECT relkind, relnamespace, oid::regclass::text, relowner FROM pg_class
              UNION ALL
              SELECT 'f', pronamespace, oid::regprocedure::text, proowner FROM pg_proc
            ) o (sort, inside, thing, owner) ON o.inside = n.oid AND o.owner <> n.nspowner
            JOIN (VALUES ('r', 'TABLE'), ('p', 'TABLE'), ('v', 'VIEW'), ('m', 'MATERIALIZED VIEW'),
              ('c', 'TYPE'), ('f', 'ROUTINE')) k (sort, kind) ON k.sort::"char" = o.sort
            WHERE n.nspname = 'pgtoll' ORDER BY 2
        """,
        what="{thing} belongs to role {owner}",
        why="Its owner can change it; everything in schema pgtoll should belong to {rightful}.",
        fix=("ALTER {kind} {thing} OWNER TO {rightful};",),
        fine="everything in schema pgtoll belongs to the schema's owner",
        needs_schema=True,
    ),
    Check(
        name="store-owner-members",
        sql="""
            SELECT m.member::regrole::text AS member, m.roleid::regrole::text AS role,
              CASE WHEN current_setting('server_version_num')::int >= 160000
                THEN ' GRANTED BY ' || m.grantor::regrole::text ELSE '' END AS granted_by
            FROM pg_namespace n JOIN pg_auth_members m ON m.roleid = n.nspowner
            JOIN pg_roles r ON r.oid = m.member AND NOT r.rolsuper
            WHERE n.nspname = 'pgtoll' ORDER BY 1
        """,
        what="role {member} is a member of {role}, the owner of schema pgtoll",
        why="It can change whatever pgtoll goes by.",
        fix=("REVOKE {role} FROM {member}{granted_by} CASCADE;",),
        fine="nobody shares the rights of schema pgtoll's owner",
        needs_schema=True,
    ),
    Check(
        name="store-grants",
        # License administrators look everywhere, add and delete documents and seats, and record.
        sql="""
            SELECT g.privilege, g.thing, CASE g.grantee WHEN 0 THEN 'PUBLIC'
              ELSE g.grantee::regrole::text END AS grantee
            FROM (
              SELECT a.privilege_type, 'TABLE ' || c.oid::regclass::text, a.grantee,
                a.grantee = to_regrole('pgtoll_manager') AND (a.privilege_type = 'SELECT'
                  OR a.privilege_type = 'DELETE' AND c.relname IN ('document', 'seat',
                    'recording', 'recorded', 'kept_recording'))
              FROM pg_class c, aclexplode(c.relacl) a
              WHERE c.relnamespace = 'pgtoll'::regnamespace AND a.grantee <> c.relowner
              UNION ALL
              SELECT a.privilege_type || ' (' || quote_ident(t.attname) || ')',
                'TABLE ' || c.oid::regclass::text, a.grantee,
                a.grantee = to_regrole('pgtoll_manager') AND (a.privilege_type = 'SELECT'
                  OR a.privilege_type = 'INSERT' AND c.relname IN ('document', 'seat')
                    AND t.attname IN ('kind', 'code', 'product', 'serial', 'file', 'username')
                  OR a.privilege_type IN ('INSERT', 'UPDATE') AND (c.relname, t.attname) IN (
                    ('recording', 'until'), ('kept_recording', 'until'), ('kept_recording', 'file'))
                  OR a.privilege_type = 'UPDATE'
                    AND (c.relname, t.attname) = ('recording', 'ended'))
              FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) a
              WHERE c.relnamespace = 'pgtoll'::regnamespace AND a.grantee <> c.relowner
              UNION ALL
              SELECT a.privilege_type, 'SCHEMA pgtoll', a.grantee, a.privilege_type = 'USAGE'
              FROM pg_namespace n, aclexplode(n.nspacl) a
              WHERE n.nspname = 'pgtoll' AND a.grantee <> n.nspowner
            ) g (privilege, thing, grantee, meant)
            WHERE NOT coalesce(g.meant, false) ORDER BY 2, 1
        """,
        what="{grantee} has {privilege} on {thing}",
        why="Only the owner of schema pgtoll, and pgtoll_manager as `pgtoll init` grants it,"
        " should: verdicts rest on these records.",
        fix=("REVOKE {privilege} ON {thing} FROM {grantee} CASCADE;",),
        fine="nobody holds more on schema pgtoll than `pgtoll init` grants",
        needs_schema=True,
    ),
    Check(
        name="store-access",
        sql="""
            SELECT 'USAGE ON SCHEMA pgtoll' AS missing
            WHERE NOT has_schema_privilege('public', 'pgtoll', 'USAGE')
            UNION ALL
            SELECT 'EXECUTE ON FUNCTION ' || oid::regprocedure::text FROM pg_proc
            WHERE pronamespace = 'pgtoll'::regnamespace AND proname = 'witness'
              AND NOT has_function_privilege('public', oid, 'EXECUTE')
        """,
        what="PUBLIC lacks {missing}",
        why="The check behind a statement calls it as the client's role: capped and watched"
        " statements fail.",
        fix=("GRANT {missing} TO PUBLIC;",),
        fine="everybody may call the check behind a statement",
        needs_schema=True,
    ),
    Check(
        name="store-rules",
        sql="""
            SELECT 'rule ' || quote_ident(r.rulename) || ' on ' || c.oid::regclass::text AS thing,
              'DROP RULE ' || quote_ident(r.rulename) || ' ON ' || c.oid::regclass::text AS fix
            FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
            WHERE c.relnamespace = 'pgtoll'::regnamespace AND r.rulename <> '_RETURN'
            UNION ALL
            SELECT 'row security on ' || oid::regclass::text,
              'ALTER TABLE ' || oid::regclass::text
                || ' DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY'
            FROM pg_class WHERE relnamespace = 'pgtoll'::regnamespace AND relrowsecurity
            ORDER BY 1
        """,
        what="there is a {thing}",
        why="It is not ours, and changes what is read from or written to the records.",
        fix=("{fix};",),
        fine="no rule and no row security changes what is in schema pgtoll",
        needs_schema=True,
    ),
    Check(
        name="ddl-notice",
        sql="""
            SELECT n.name, CASE WHEN t.oid IS NULL THEN 'missing' ELSE 'disabled' END AS state,
              CASE WHEN t.oid IS NULL THEN 'SELECT pgtoll.listen_to_ddl()'
                ELSE 'ALTER EVENT TRIGGER ' || n.name || ' ENABLE' END AS fix
            FROM (VALUES ('pgtoll_ddl_end'), ('pgtoll_sql_drop')) n (name)
            LEFT JOIN pg_event_trigger t ON t.evtname = n.name
            WHERE t.oid IS NULL OR t.evtenabled NOT IN ('O', 'A') ORDER BY 1
        """,
        what="event trigger {name} is {state}",
        why="Proxies notice a table that was made or renamed around them within two seconds, not at"
        " once.",
        fix=("{fix};",),
        fine="proxies are told of tables that are made or renamed around them",
        severity=Severity.WARNING,
        needs_schema=True,
    ),
    Check(
        name="setbacks",
        sql="""
            SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') AS at, reason
            FROM pgtoll.setback WHERE settled_at IS NULL ORDER BY id
        """,
        what="the store was taken back: {reason} (noticed on {at} UTC)",
        why="What was revoked or recalled since may hold again.",
        fix=("pgtoll import FILE --newer, with the latest export; or pgtoll store accept",),
        fine="nobody has noticed that the store was taken back to an earlier time",
        where=Where.SHELL,
        needs_schema=True,
    ),
    Check(
        name="prepared-transactions",
        sql="""
            SELECT current_setting('max_prepared_transactions') AS most
            WHERE current_setting('max_prepared_transactions')::int > 0
        """,
        what="max_prepared_transactions is {most}: tables made around the proxy are noticed within"
        " two seconds, since a transaction that has notified cannot be prepared",
        why="",
        fine="no transaction can be prepared",
        severity=Severity.OK,
    ),
)  # fmt: skip

FUNCTIONS = """
    SELECT p.proname AS name, p.oid::regprocedure::text AS signature, p.prosrc AS body,
      pg_get_function_identity_arguments(p.oid) AS arguments,
      p.prosecdef AS definer, coalesce(p.proconfig, '{}') AS settings,
      ARRAY(SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END
        FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
        WHERE a.grantee <> p.proowner) AS callers
    FROM pg_proc p WHERE p.pronamespace = 'pgtoll'::regnamespace ORDER BY 2
"""

TRIGGERS = """
    SELECT c.relname AS table, t.tgname AS name, quote_ident(t.tgname) AS quoted,
      c.oid::regclass::text AS thing, t.tgenabled IN ('O', 'A') AS enabled
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = 'pgtoll'::regnamespace AND NOT t.tgisinternal ORDER BY 4, 2
"""

_DECIDES = "What it does decides over statements."


def judge_functions(rows: Sequence[Row], reference: Reference) -> tuple[Finding, ...]:
    """Return how the functions in schema pgtoll differ from those that the migrations make."""
    there = {(row["name"], row["arguments"]) for row in rows}
    missing = [
        one for one in reference.functions.values() if (one.name, one.arguments) not in there
    ]
    found = [
        *(finding for row in rows for finding in _function(row, reference)),
        *(_changed(one, "is missing") for one in missing),
    ]
    return tuple(found) or (
        fine("store-functions", "the functions of schema pgtoll are as `pgtoll init` makes them"),
    )


def _function(row: Row, reference: Reference) -> Iterator[Finding]:
    signature = row["signature"]
    ours = _ours(row, reference)
    if ours is None:
        fix = f"DROP ROUTINE {signature};"
        yield _problem("store-functions", f"{signature} is not ours", fix)
        return
    if not _same(row, ours):
        yield _changed(ours, "is not as `pgtoll init` makes it")
    callers = row["callers"]
    for caller in callers if isinstance(callers, list) and not ours.open else ():
        fix = f"REVOKE EXECUTE ON ROUTINE {signature} FROM {caller} CASCADE;"
        yield _problem("store-functions", f"{caller} may call {signature}", fix)


def _ours(row: Row, reference: Reference) -> Function | None:
    asked = (row["name"], row["arguments"])
    functions = reference.functions.values()
    return next((one for one in functions if (one.name, one.arguments) == asked), None)


def _same(row: Row, ours: Function) -> bool:
    lines = row["settings"]
    settings = {str(line).partition("=")[0] for line in lines} if isinstance(lines, list) else set()
    return row["body"] == ours.body and row["definer"] == ours.definer and settings == ours.settings


def _changed(ours: Function, how: str) -> Finding:
    call = f"pgtoll.{ours.name}({ours.arguments})"
    rights = f"GRANT EXECUTE ON FUNCTION {call} TO PUBLIC;" if ours.open else ""
    fix = (ours.definition, rights or f"REVOKE ALL ON FUNCTION {call} FROM PUBLIC;")
    return _problem("store-functions", f"function pgtoll.{ours.name} {how}", *fix)


def judge_triggers(rows: Sequence[Row], reference: Reference) -> tuple[Finding, ...]:
    """Return how the triggers on our tables differ from those that the migrations make."""
    there = {(str(row["table"]), str(row["name"])): row for row in rows}
    found = [finding for place, row in there.items() for finding in _trigger(row, place, reference)]
    for table, name in sorted(reference.triggers.keys() - there.keys()):
        what = f"trigger {name} on pgtoll.{table} is missing"
        found.append(_problem("store-triggers", what, reference.triggers[table, name]))
    return tuple(found) or (
        fine("store-triggers", "the triggers of schema pgtoll are as `pgtoll init` makes them"),
    )


def _trigger(row: Row, place: tuple[str, str], reference: Reference) -> Iterator[Finding]:
    what = f"trigger {row['quoted']} on {row['thing']}"
    if place not in reference.triggers:
        fix = f"DROP TRIGGER {row['quoted']} ON {row['thing']};"
        yield _problem("store-triggers", f"{what} is not ours", fix)
    elif not row["enabled"]:
        fix = f"ALTER TABLE {row['thing']} ENABLE TRIGGER {row['quoted']};"
        yield _problem("store-triggers", f"{what} is disabled", fix)


def _problem(check: str, what: str, *fix: str) -> Finding:
    return Finding(check, Severity.PROBLEM, what, _DECIDES, fix)
