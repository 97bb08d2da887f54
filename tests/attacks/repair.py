"""What an attack has changed, and how it is undone: SQL that the superuser runs beside the proxies.

Change is noticed without comparing contents: in the tables by the transactions that wrote their
rows (xmin), in the catalogs by what the rows say. Sequences are set back and not compared.
"""

from pathlib import Path

from servers import Postgres

SCHEMA = Path(__file__).with_name("schema.sql")

PEOPLE = ("mallory", "alice", "porter", "clerk")  # the clerk has no license and no privilege
KEPT_ROLES = (*PEOPLE, "keeper")
SERVER_ROLES = ("scram", "md5", "cleartext", "pgtoll_manager")  # of every server of the tests

REPLICATING = "SELECT FROM pg_roles WHERE rolname = 'mallory' AND rolreplication"

# Catalogs in which a row that is not PostgreSQL's own is somebody's doing.
CATALOGS = [
    "pg_proc",
    "pg_type",
    "pg_rewrite",
    "pg_trigger",
    "pg_constraint",
    "pg_policy",
    "pg_operator",
    "pg_cast",
    "pg_namespace",
    "pg_attrdef",
    "pg_event_trigger",
    "pg_extension",
    "pg_foreign_server",
    "pg_foreign_data_wrapper",
    "pg_user_mapping",
    "pg_publication",
    "pg_largeobject_metadata",
    "pg_statistic_ext",
    "pg_default_acl",
    "pg_opclass",
    "pg_opfamily",
    "pg_language",
    "pg_collation",
    "pg_conversion",
    "pg_ts_config",
    "pg_ts_dict",
    "pg_ts_parser",
    "pg_ts_template",
    "pg_am",
    "pg_transform",
]

# Without what belongs to sessions, and goes when they end.
LASTING = {
    "pg_namespace": "nspname !~ '^pg_(toast_)?temp_'",
    "pg_type": "typnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_temp')",
    "pg_proc": "pronamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_temp')",
    "pg_attrdef": "adrelid IN (SELECT oid FROM pg_class WHERE relpersistence <> 't')",
    "pg_trigger": "tgrelid IN (SELECT oid FROM pg_class WHERE relpersistence <> 't')",
    "pg_constraint": "conrelid NOT IN (SELECT oid FROM pg_class WHERE relpersistence = 't')",
}

XMINS = "count(*), sum(xmin::text::bigint)"

# Some columns of pg_class change when a trigger or an index comes and goes: those say nothing.
OTHERS = [
    "SELECT 'pg_class', count(*), sum(hashtext((oid, relname, relnamespace, reltype, relowner,"
    " relam, reltablespace, relpersistence, relkind, relnatts, relrowsecurity,"
    " relforcerowsecurity, relreplident, relispartition, relacl, reloptions)::text))"
    " FROM pg_class WHERE oid >= 16384 AND relpersistence <> 't'",
    "SELECT 'roles', count(*), sum(hashtext(r::text)) FROM pg_roles r WHERE oid >= 16384",
    "SELECT 'settings', count(*), sum(hashtext(s::text)) FROM pg_db_role_setting s",
    "SELECT 'members', count(*), sum(hashtext(m::text)) FROM pg_auth_members m",
    "SELECT 'parameters', count(*), sum(hashtext(p::text)) FROM pg_parameter_acl p",
    "SELECT 'databases', count(*), sum(hashtext((datname, datdba, datacl)::text)) FROM pg_database",
    "SELECT 'prepared', count(*), 0 FROM pg_prepared_xacts WHERE database = current_database()",
    "SELECT 'slots', count(*), 0 FROM pg_replication_slots WHERE database = current_database()",
    f"SELECT 'pg_inherits', {XMINS} FROM pg_inherits",
    f"SELECT 'pg_attribute', {XMINS} FROM pg_attribute a"
    " WHERE attrelid IN (SELECT oid FROM pg_class WHERE oid >= 16384 AND relpersistence <> 't')",
    f"SELECT 'pg_largeobject', {XMINS} FROM pg_largeobject",
]

TABLES = """
SELECT format('%I.%I', n.nspname, c.relname), c.relkind = 'm' FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'm') AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('pgtoll', 'pg_toast') ORDER BY 1
"""
SEQUENCES = """
SELECT format('%I.%I', schemaname, sequencename), start_value, last_value FROM pg_sequences
WHERE schemaname <> 'pgtoll' ORDER BY 1
"""
# Of schema pgtoll, what decides; the rest changes by itself.
DECIDING = ["pgtoll.document", "pgtoll.seat", "pgtoll.product", "pgtoll.element", "pgtoll.exempt"]

# What hangs on no schema.
LOOSE = """
SELECT format('ROLLBACK PREPARED %L', gid) FROM pg_prepared_xacts
  WHERE database = current_database()
UNION ALL SELECT format('SELECT pg_drop_replication_slot(%L)', slot_name)
  FROM pg_replication_slots WHERE database = current_database()
UNION ALL SELECT format('ALTER ROLE %s RESET ALL', setrole::regrole)
  FROM pg_db_role_setting WHERE setrole <> 0 AND setdatabase = 0
UNION ALL SELECT format('ALTER ROLE %s IN DATABASE %I RESET ALL', setrole::regrole,
  current_database()) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
  WHERE setrole <> 0 AND datname = current_database()
UNION ALL SELECT format('ALTER DATABASE %I RESET ALL', datname)
  FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
  WHERE setrole = 0 AND datname = current_database()
UNION ALL SELECT format('REVOKE %s ON PARAMETER %s FROM %s', privilege_type, parname,
  CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END)
  FROM pg_parameter_acl, aclexplode(paracl) WHERE grantee <> 10
"""
EXTRA_ROLES = "SELECT rolname FROM pg_roles WHERE oid >= 16384 AND NOT rolname = ANY (%(kept)s)"

# Objects younger than the fixture. What is on a table or of a type goes before it.
YOUNG = """
SELECT format('DROP %%s IF EXISTS %%s CASCADE',
  regexp_replace(i.type, '^composite | object$', ''), i.identity)
FROM (
  SELECT 0 AS place, 'pg_extension'::regclass AS catalog, oid FROM pg_extension
  UNION ALL SELECT 1, 'pg_event_trigger'::regclass, oid FROM pg_event_trigger
  UNION ALL SELECT 2, 'pg_trigger'::regclass, oid FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT 2, 'pg_rewrite'::regclass, oid FROM pg_rewrite WHERE rulename <> '_RETURN'
  UNION ALL SELECT 2, 'pg_policy'::regclass, oid FROM pg_policy
  UNION ALL SELECT 2, 'pg_publication'::regclass, oid FROM pg_publication
  UNION ALL SELECT 2, 'pg_statistic_ext'::regclass, oid FROM pg_statistic_ext
  UNION ALL SELECT 3, 'pg_cast'::regclass, oid FROM pg_cast
  UNION ALL SELECT 3, 'pg_operator'::regclass, oid FROM pg_operator
  UNION ALL SELECT 4, 'pg_class'::regclass, oid FROM pg_class
    WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f') OR relkind IN ('i', 'I')
      AND relnamespace <> 'pg_toast'::regnamespace
  UNION ALL SELECT 5, 'pg_proc'::regclass, oid FROM pg_proc
  UNION ALL SELECT 6, 'pg_type'::regclass, oid FROM pg_type WHERE typelem = 0
    AND (typtype <> 'c' OR typrelid IN (SELECT c.oid FROM pg_class c WHERE c.relkind = 'c'))
  UNION ALL SELECT 7, 'pg_foreign_server'::regclass, oid FROM pg_foreign_server
  UNION ALL SELECT 8, 'pg_namespace'::regclass, oid FROM pg_namespace WHERE nspname !~ '^pg_'
) found, pg_identify_object(found.catalog, found.oid, 0) i
WHERE found.oid > %(newest)s AND i.type IS NOT NULL ORDER BY found.place, found.oid DESC
"""
YOUNG_IMAGES = "SELECT lo_unlink(oid) FROM pg_largeobject_metadata WHERE oid > %(newest)s"
NEWEST = """
SELECT max(oid)::text FROM (
  SELECT oid FROM pg_class UNION ALL SELECT oid FROM pg_type UNION ALL SELECT oid FROM pg_proc
  UNION ALL SELECT oid FROM pg_largeobject_metadata UNION ALL SELECT oid FROM pg_foreign_server
) o
"""
# What is not undone by dropping young objects is undone by making everything anew.
ALL = """
SELECT format('SELECT lo_unlink(%%s)', oid) FROM pg_largeobject_metadata
UNION ALL SELECT format('DROP EVENT TRIGGER %%I', evtname) FROM pg_event_trigger
  WHERE evtname NOT LIKE 'pgtoll%%'
UNION ALL SELECT format('DROP PUBLICATION %%I', pubname) FROM pg_publication
UNION ALL SELECT format('DROP EXTENSION %%I CASCADE', extname) FROM pg_extension
  WHERE extname <> 'plpgsql'
UNION ALL SELECT format('DROP FOREIGN DATA WRAPPER IF EXISTS %%I CASCADE', fdwname)
  FROM pg_foreign_data_wrapper
UNION ALL SELECT format('DROP SCHEMA %%I CASCADE', nspname) FROM pg_namespace
  WHERE nspname !~ '^pg_' AND nspname NOT IN ('pgtoll', 'information_schema')
UNION ALL SELECT 'DROP OWNED BY ' || %(roles)s || ' CASCADE'
"""
FURNISH = """
CREATE SCHEMA public; ALTER SCHEMA public OWNER TO pg_database_owner;
GRANT USAGE, CREATE ON SCHEMA public TO keeper;
"""


LET_IN = """
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT datname FROM pg_database WHERE NOT datistemplate LOOP
    EXECUTE format('GRANT CREATE, TEMPORARY ON DATABASE %I TO PEOPLE', name);
  END LOOP;
END $$
"""


def roles_sql() -> str:
    """The statements that make the people; roles belong to the whole server."""
    people = [f"CREATE ROLE {name} LOGIN" for name in PEOPLE]
    porter = ["GRANT cleartext TO porter", "ALTER ROLE porter PASSWORD 'porter'"]
    return ";".join([*people, "CREATE ROLE keeper NOLOGIN", *porter])


def fingerprint_sql(tables: list[str]) -> str:
    """The statement that says what is there: each row a name, a count and a sum."""
    catalogs = [
        f"SELECT '{name}', {XMINS} FROM {name} WHERE oid >= 16384 AND {LASTING.get(name, 'true')}"
        for name in CATALOGS
    ]
    contents = [f"SELECT '{name}', {XMINS} FROM ONLY {name}" for name in tables + DECIDING]
    return " UNION ALL ".join(catalogs + OTHERS + contents)


def furnish(database: Postgres) -> None:
    """Make the fixture in a database in which there is nothing but schema pgtoll."""
    let_in(database)
    with database.connect() as connection:
        connection.execute("BEGIN")
        connection.execute("DROP SCHEMA IF EXISTS public CASCADE")
        connection.execute(FURNISH.encode())
        connection.execute(SCHEMA.read_bytes())
        connection.execute("COMMIT")


def let_in(database: Postgres) -> None:
    """Let people make schemas and temporary tables in every database of the server.

    A copy of a database does not; and DROP OWNED takes that right away everywhere.
    """
    database.execute(LET_IN.replace("PEOPLE", ", ".join(KEPT_ROLES)))
