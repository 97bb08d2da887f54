"""Verdicts, as a table that can be read line by line: statement, standing, outcome.

The users: alice has a seat of product marketing, bob and carol have none (carol's came too late).
The policies: SEATED (base licensed, marketing by seat), HALF (base in demo mode, marketing by
seat), DEMO (nothing licensed), FREE (everything licensed). The tables: those of catalog_samples.
"""

from dataclasses import replace
from datetime import datetime

import pytest
from catalog_samples import (
    ASIDE_CATALOG,
    BASE,
    BASE_SERVER,
    CATALOG,
    DEMO,
    FREE,
    HALF,
    LATER,
    OID,
    ROWS,
    SEATED,
    reached,
)
from license_samples import MARKETING, NOW, PERSONAL

from pgtoll_policy.catalog import build_catalog
from pgtoll_policy.facts import Name, Statement
from pgtoll_policy.policy import Policy, compile_policy
from pgtoll_policy.reach import Reach, doubted
from pgtoll_policy.rows import PinRow
from pgtoll_policy.verdict import (
    Kind,
    Sight,
    Verdict,
    decide,
    over_cap,
    products_of,
    unreadable,
    watched_failure,
    watched_touch,
)

ALLOW, REFUSE, CAP, WATCH = Kind.ALLOW, Kind.REFUSE, Kind.CAP, Kind.WATCH


def judge(sql: str, policy: Policy, user: str, now: datetime = NOW) -> Verdict:
    return decide(reached(sql), policy, user, now)


# What bob, who has no seat of product marketing, may do while base is licensed.
BOB = [
    # Licensed tables by their names, wherever the name stands.
    ("SELECT * FROM mrktinvoice", REFUSE),
    ("SELECT * FROM public.mrktinvoice", REFUSE),
    ('SELECT * FROM "mrktinvoice"', REFUSE),
    ("SELECT 1 FROM contact WHERE EXISTS (SELECT FROM mrktinvoice)", REFUSE),
    ("WITH x AS (SELECT * FROM mrktinvoice) SELECT * FROM x", REFUSE),
    ("INSERT INTO mrktinvoice VALUES (1)", REFUSE),
    ("INSERT INTO contact SELECT * FROM mrktinvoice", REFUSE),
    ("UPDATE mrktinvoice SET a = 1", REFUSE),
    ("DELETE FROM mrktinvoice", REFUSE),
    ("TRUNCATE mrktinvoice", REFUSE),
    ("COPY mrktinvoice TO STDOUT", REFUSE),
    ("COPY mrktinvoice FROM STDIN", REFUSE),
    ("LOCK mrktinvoice", REFUSE),
    ("EXPLAIN SELECT * FROM mrktinvoice", REFUSE),
    ("PREPARE p AS SELECT * FROM mrktinvoice", REFUSE),
    ("DECLARE c CURSOR FOR SELECT * FROM mrktinvoice", REFUSE),
    # Licensed tables under other names.
    ("SELECT * FROM mrktinvoice_view", REFUSE),
    ("SELECT * FROM mrktinvoice_copy", REFUSE),
    ("SELECT last_value FROM mrktinvoice_number", REFUSE),
    ("SELECT NULL::mrktinvoice", REFUSE),
    # Changing what they are.
    ("CREATE VIEW v AS SELECT * FROM mrktinvoice", REFUSE),
    ("ALTER TABLE mrktinvoice RENAME TO contact2", REFUSE),
    ("ALTER TABLE mrktinvoice INHERIT contact", REFUSE),
    ("GRANT SELECT ON mrktinvoice TO PUBLIC", REFUSE),
    ("COMMENT ON TABLE mrktinvoice IS 'x'", REFUSE),
    ("DROP TABLE mrktinvoice", REFUSE),
    ("CREATE RULE r AS ON INSERT TO contact DO ALSO INSERT INTO mrktinvoice VALUES (1)", REFUSE),
    # Names that a product claims, though the picture does not show them.
    ("SELECT * FROM mrktunheardof", REFUSE),
    ("CREATE TABLE mrktunheardof (id int)", REFUSE),
    # Proven to touch nothing of the kind.
    ("SELECT * FROM contact", ALLOW),
    ("SELECT upper(a), count(*) FROM contact GROUP BY 1 ORDER BY 1", ALLOW),
    ("SELECT * FROM contact_view", ALLOW),
    ("INSERT INTO contact VALUES (1)", ALLOW),
    ("UPDATE stored SET a = 1 WHERE id = 2", ALLOW),
    ("SELECT relname FROM pg_class", ALLOW),
    ("SELECT * FROM information_schema.tables", ALLOW),
    ("SELECT a %% b, similarity(a, b) FROM contact", ALLOW),
    ("INSERT INTO scratch VALUES (1)", ALLOW),
    ("BEGIN", ALLOW),
    ("COMMIT", ALLOW),
    ("SET search_path = archive", ALLOW),
    ("RESET ALL", ALLOW),
    ("DISCARD ALL", ALLOW),
    ("SHOW server_version", ALLOW),
    ("VACUUM contact", ALLOW),
    ("VACUUM", ALLOW),
    ("ANALYZE", ALLOW),
    ("CREATE INDEX CONCURRENTLY ON contact (a)", ALLOW),
    ("DEALLOCATE p", ALLOW),
    # Not proven, and watched.
    ("SELECT tidy('x')", WATCH),
    ("SELECT lower('x')", WATCH),  # archive.lower might be meant
    ("SELECT pg_catalog.lower('x')", ALLOW),
    ("SELECT 'a' ### 'b'", WATCH),
    ("SELECT contact.tidy FROM contact", WATCH),
    ("SELECT 'x'::clean", WATCH),
    ("SELECT nextval('contact_number')", ALLOW),
    ("SELECT pg_catalog.setval('public.contact_number'::regclass, 5, false)", ALLOW),
    ("SELECT nextval('contact_number'), currval('con' || 'tact_number')", WATCH),
    ("SELECT nextval(name) FROM contact", WATCH),
    ("SELECT nextval('contact_number'), nextval($1)", WATCH),
    ("SELECT nextval('contact_number'::text::regclass)", WATCH),
    ("SELECT nextval('not_a_sequence_of_anybody')", WATCH),
    ("SELECT nextval('mrktinvoice_number')", WATCH),
    ("SELECT archive.nextval('contact_number')", WATCH),
    ("SELECT lastval()", WATCH),
    ("SELECT set_config('a.b', 'c', false)", WATCH),
    ("SELECT query_to_xml('SELECT 1', true, true, '')", WATCH),
    ("SELECT * FROM running_view", WATCH),
    ("SELECT * FROM calling_view", WATCH),
    ("SELECT * FROM guarded", WATCH),  # its row security reads a licensed table
    ("SELECT * FROM lookup", WATCH),  # somebody's temporary view of that name does
    ("SELECT * FROM pg_sequences", WATCH),
    ("SELECT relname FROM pg_class WHERE oid = 'mrktinvoice'::regclass", WATCH),
    ("SELECT relname FROM pg_class WHERE oid = 'stored'::regclass", ALLOW),
    ("SELECT * FROM unheardof", WATCH),
    ("INSERT INTO audited VALUES (1)", WATCH),
    ("SELECT * FROM audited", ALLOW),
    ("DELETE FROM contact", WATCH),  # it cascades to a table with a trigger
    ("INSERT INTO note VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 2", WATCH),
    ("INSERT INTO referring VALUES (1)", WATCH),  # a foreign key looks into a licensed table
    ("EXECUTE p", WATCH),
    ("FETCH c", WATCH),
    ("DO 'BEGIN EXECUTE ''x''; END'", WATCH),
    # Blocks that are read.
    ("DO 'BEGIN NULL; END'", ALLOW),
    ("DO 'BEGIN INSERT INTO contact VALUES (1); COMMIT; END'", ALLOW),
    ("DO 'BEGIN CREATE TYPE mood AS ENUM (''sad''); COMMENT ON TYPE mood IS ''x''; END'", ALLOW),
    ("DO 'BEGIN CREATE TABLE fresh (id int REFERENCES contact); END'", ALLOW),
    ("DO 'BEGIN CREATE TABLE fresh (id int); INSERT INTO fresh VALUES (1); END'", WATCH),
    ("DO 'BEGIN CREATE TABLE mrktfresh (id int); END'", REFUSE),
    ("DO 'BEGIN ALTER TABLE contact ADD a int; END'", WATCH),
    ("DO 'BEGIN PERFORM pg_sleep(1), a FROM contact; END'", WATCH),
    ("DO 'DECLARE a text; BEGIN SELECT b INTO a FROM mrktinvoice; END'", REFUSE),
    ("DO 'BEGIN IF true THEN DELETE FROM mrktinvoice; END IF; END'", WATCH),
    ("DO 'DECLARE a mrktinvoice.b%TYPE; BEGIN NULL; END'", WATCH),
    ("DO 'DECLARE a clean; BEGIN a := 1; END'", WATCH),
    ("DO 'BEGIN RAISE NOTICE ''%'', tidy(1); END'", WATCH),
    ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", WATCH),
    ("CREATE TABLE fresh (id int)", WATCH),
    ("CREATE VIEW v AS SELECT * FROM contact", WATCH),
    ("DROP TABLE contact", WATCH),
    # Not proven, and no check of ours would see it.
    ("SELECT * FROM pg_stats", REFUSE),
    ("SELECT * FROM pg_toast.pg_toast_16409", REFUSE),
    ("SELECT lo_get(1)", REFUSE),
    ("SELECT pg_read_file('base/5/16409')", REFUSE),
    ("COPY contact TO '/tmp/x'", REFUSE),
    ("COPY contact FROM '/tmp/x'", REFUSE),
    ("COPY contact FROM PROGRAM 'cat'", REFUSE),
    ("CREATE DATABASE d", REFUSE),
    ("LOAD 'x'", REFUSE),
    # Who the user is, is not for the user to say.
    ("SET pgtoll.\"user\" = 'alice'", REFUSE),
    ("SELECT set_config('pgtoll.user', 'alice', false)", REFUSE),
    ('RESET pgtoll."user"', ALLOW),
]


@pytest.mark.parametrize(("sql", "kind"), BOB)
def test_a_user_without_a_seat(sql: str, kind: Kind) -> None:
    assert judge(sql, SEATED, "bob").kind is kind


@pytest.mark.parametrize("sql", [sql for sql, _ in BOB if "pgtoll." not in sql])
@pytest.mark.parametrize(("policy", "user"), [(SEATED, "alice"), (FREE, "bob")])
def test_who_lacks_nothing_is_refused_nothing(sql: str, policy: Policy, user: str) -> None:
    assert judge(sql, policy, user) == Verdict(ALLOW, rule="clear")


# What statements meet while nothing is licensed.
FILLING = [
    ("INSERT INTO contact VALUES (1)", CAP),
    ("INSERT INTO mrktinvoice VALUES (1)", CAP),
    ("INSERT INTO contact_view VALUES (1)", CAP),
    ("COPY contact FROM STDIN", CAP),
    ("COPY contact FROM '/tmp/x'", CAP),
    (
        "MERGE INTO contact c USING note n ON c.id = n.id WHEN NOT MATCHED THEN INSERT VALUES (1)",
        CAP,
    ),
    ("WITH x AS (INSERT INTO contact VALUES (1) RETURNING *) SELECT * FROM x", CAP),
    ("PREPARE p AS INSERT INTO contact VALUES (1)", CAP),
    ("EXPLAIN ANALYZE INSERT INTO contact VALUES (1)", CAP),
    ("SELECT * INTO fresh FROM contact", CAP),
    ("CREATE TABLE fresh AS SELECT * FROM contact", CAP),
    ("ALTER TABLE event ATTACH PARTITION event_1 DEFAULT", CAP),
    ("INSERT INTO unheardof VALUES (1)", CAP),
    # May insert behind their text.
    ("SELECT tidy('x')", CAP),
    ("SELECT * FROM calling_view", CAP),
    ("INSERT INTO audited VALUES (1)", CAP),
    ("UPDATE audited SET a = 1", CAP),
    ("DELETE FROM contact", CAP),
    ("UPDATE ruled SET a = 1", CAP),
    ("INSERT INTO pg_temp.lookup VALUES (1)", CAP),  # a temporary view, on a table that lasts
    ("EXECUTE p", CAP),
    ("FETCH c", CAP),
    ("DO 'BEGIN EXECUTE ''x''; END'", CAP),
    ("DO 'BEGIN NULL; END'", ALLOW),
    ("DO 'BEGIN UPDATE stored SET a = 1; END'", ALLOW),
    ("DO 'BEGIN CREATE TABLE fresh (id int); END'", ALLOW),
    ("DO 'BEGIN INSERT INTO contact VALUES (1); END'", CAP),
    ("DO 'BEGIN INSERT INTO log VALUES (1); END'", ALLOW),  # exempt
    ("DO 'BEGIN CREATE SCHEMA a; INSERT INTO log VALUES (1); END'", CAP),
    ("DO 'BEGIN ALTER TABLE contact RENAME TO log; UPDATE log SET a = 1; END'", CAP),
    ("DO 'BEGIN IF true THEN INSERT INTO fresh VALUES (1); END IF; END'", CAP),
    ("ALTER TABLE stored RENAME TO contact3", CAP),
    ("ALTER SCHEMA archive RENAME TO crm", CAP),
    ("CALL unheardof()", CAP),
    # Proven to insert nothing that counts.
    ("SELECT * FROM contact", ALLOW),
    ("SELECT nextval('contact_number'), lo_get(1), set_config('a.b', 'c', false)", ALLOW),
    ("SELECT * FROM pg_stats", ALLOW),
    ("UPDATE event SET id = 7", ALLOW),  # rows may move, but the table is one table
    ("UPDATE mrktinvoice SET a = 1", ALLOW),
    ("TRUNCATE mrktinvoice", ALLOW),
    ("MERGE INTO stored c USING note n ON c.id = n.id WHEN MATCHED THEN DELETE", ALLOW),
    ("COPY contact TO '/tmp/x'", ALLOW),
    ("INSERT INTO scratch VALUES (1)", ALLOW),  # temporary
    ("INSERT INTO log VALUES (1)", ALLOW),  # exempt
    ("CREATE TABLE fresh (id int)", ALLOW),
    ("CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1", ALLOW),
    # A constant in it may be of a type that runs code.
    ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", CAP),
    ("DROP TABLE contact", ALLOW),
    ("COMMIT", ALLOW),
    # Maintenance that must be alone.
    ("VACUUM", ALLOW),
    ("CREATE INDEX CONCURRENTLY ON contact (upper(a))", ALLOW),
    ("CREATE INDEX CONCURRENTLY ON contact (tidy(a))", REFUSE),
    ("REINDEX DATABASE shop", ALLOW),
    ("CREATE DATABASE d", ALLOW),
]


@pytest.mark.parametrize(("sql", "kind"), FILLING)
def test_demo_mode(sql: str, kind: Kind) -> None:
    verdict = judge(sql, DEMO, "bob")
    assert (verdict.kind, verdict.cap, verdict.watch) == (kind, kind is CAP, False)


@pytest.mark.parametrize(
    ("sql", "kind", "cap", "watch"),
    [
        ("SELECT * FROM contact", ALLOW, False, False),
        ("INSERT INTO contact VALUES (1)", CAP, True, False),
        ("INSERT INTO mrktinvoice VALUES (1)", REFUSE, False, False),
        ("INSERT INTO audited VALUES (1)", WATCH, True, True),
        ("DO 'BEGIN EXECUTE ''x''; END'", WATCH, True, True),
        ("DO 'BEGIN INSERT INTO contact VALUES (1); END'", CAP, True, False),
        ("SELECT nextval('contact_number')", ALLOW, False, False),
        ("SELECT lastval()", WATCH, False, True),
        ("SELECT * FROM guarded", WATCH, False, True),
    ],
)
def test_one_product_lacking_and_another_in_demo_mode(
    sql: str, kind: Kind, cap: bool, watch: bool
) -> None:
    verdict = judge(sql, HALF, "bob")
    assert (verdict.kind, verdict.cap, verdict.watch) == (kind, cap, watch)


def test_a_licensed_table_is_not_capped_beside_one_in_demo_mode() -> None:
    assert judge("INSERT INTO mrktinvoice VALUES (1)", HALF, "alice").kind is ALLOW
    assert judge("INSERT INTO contact VALUES (1)", HALF, "alice").kind is CAP


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("UPDATE event SET id = 1", CAP),
        ("MERGE INTO event USING note ON true WHEN MATCHED THEN UPDATE SET id = 1", CAP),
        ("DO 'BEGIN UPDATE event SET id = 1; END'", CAP),
        ("UPDATE event_1 SET id = 1", ALLOW),
        ("UPDATE mrktline SET id = 1", ALLOW),
        ("UPDATE mrktevent SET id = 1", ALLOW),
        ("DELETE FROM event", ALLOW),
    ],
)
def test_rows_may_move_into_a_capped_partition_of_an_open_table(sql: str, kind: Kind) -> None:
    open_base = compile_policy([BASE, MARKETING, BASE_SERVER], [])
    below = ((OID["mrktline"], OID["event"]), (OID["parent"], OID["mrktevent"]))
    catalog = build_catalog(replace(ROWS, inheritance=(*ROWS.inheritance, *below)))
    assert decide(reached(sql, catalog), open_base, "bob", NOW).kind is kind
    assert decide(reached(sql), open_base, "bob", NOW).kind is ALLOW


def test_a_refusal_says_everything() -> None:
    assert judge("SELECT * FROM contact, mrktinvoice", SEATED, "bob") == Verdict(
        REFUSE,
        sqlstate="42501",
        message='no license for table "mrktinvoice" of product "marketing" for user "bob"',
        detail="user has no seat of the personal license",
        hint="Ask a license administrator to grant a seat: pgtoll seats grant marketing bob",
        schema="public",
        table="mrktinvoice",
        product="marketing",
        rule=f"license {PERSONAL.id}",
    )


def test_a_license_that_expires_refuses_from_then_on() -> None:
    assert judge("SELECT * FROM mrktinvoice", SEATED, "alice").kind is ALLOW
    verdict = judge("SELECT * FROM mrktinvoice", SEATED, "alice", LATER)
    assert (verdict.kind, verdict.detail) == (REFUSE, "license expired on 2026-12-31")


def test_a_name_that_no_picture_shows_is_refused_under_that_name() -> None:
    verdict = judge("SELECT * FROM archive.mrktunheardof", SEATED, "bob")
    assert (verdict.schema, verdict.table) == ("archive", "mrktunheardof")


def test_a_table_stays_its_products_when_it_is_renamed() -> None:
    pins = (PinRow(OID["contact"], "marketing"), PinRow(OID["mrktline"], "base"))
    catalog = build_catalog(replace(ROWS, pins=pins))
    kinds = [
        decide(reached(f"SELECT * FROM {name}", catalog), SEATED, "bob", NOW).kind
        for name in ("contact", "contact_view", "mrktline", "note")
    ]
    assert kinds == [REFUSE, REFUSE, ALLOW, ALLOW]


def test_a_watched_statement_says_why() -> None:
    verdict = judge("SELECT tidy('x')", SEATED, "bob")
    assert verdict.detail == 'function "public.tidy" runs code that is not read'
    verdict = judge("SELECT * FROM guarded", SEATED, "bob")
    assert verdict.detail == 'table "mrktinvoice" of product "marketing" may be touched'


def test_what_cannot_be_watched_says_how_to_trust_it() -> None:
    verdict = decide(reached("SELECT aside()", ASIDE_CATALOG), SEATED, "bob", NOW)
    assert (verdict.kind, verdict.rule, verdict.product) == (REFUSE, "unwatchable", "marketing")
    assert "PARALLEL SAFE" in verdict.detail
    assert 'trusted_functions = ["public.aside"]' in verdict.hint


def test_text_cannot_be_watched_where_it_may_call_such_a_function() -> None:
    verdict = decide(reached("DO 'BEGIN EXECUTE ''x''; END'", ASIDE_CATALOG), SEATED, "bob", NOW)
    assert (verdict.kind, verdict.rule) == (REFUSE, "unwatchable")
    assert 'may call function "public.aside"' in verdict.detail


def test_a_doubt_about_the_picture_proves_nothing() -> None:
    proven = reached("SELECT * FROM contact")
    assert decide(proven, SEATED, "bob", NOW).kind is ALLOW
    doubt = doubted(proven, "the catalog has changed")
    verdict = decide(doubt, SEATED, "bob", NOW)
    assert (verdict.kind, verdict.detail) == (WATCH, "the catalog has changed")
    assert decide(doubt, DEMO, "bob", NOW).kind is CAP
    assert decide(replace(proven, may_insert=True), DEMO, "bob", NOW).kind is CAP


def test_a_statement_that_nobody_has_read_is_checked_for_everything() -> None:
    unseen = Reach(Statement("", 0, 0), opaque="nobody has read its text")
    assert decide(unseen, SEATED, "bob", NOW).kind is WATCH
    assert decide(unseen, DEMO, "bob", NOW).kind is CAP
    assert decide(unseen, SEATED, "alice", NOW).kind is ALLOW


def test_setting_our_parameters_is_refused_to_everybody() -> None:
    verdict = judge("SET pgtoll.\"user\" = 'alice'", FREE, "bob")
    assert (verdict.kind, verdict.sqlstate, verdict.rule) == (REFUSE, "42501", "settings")
    assert verdict.message == 'parameter "pgtoll.user" cannot be set by user "bob"'


@pytest.mark.parametrize(
    ("relation", "products"),
    [
        ("note", {"base"}),
        ("mrktinvoice", {"marketing"}),
        ("contact_view", set()),
        ("mrktinvoice_view", {"marketing"}),
        ("contact_number", set()),
        ("child", set()),
        ("mrktevent", {"marketing"}),
        ("scratch", set()),
        ("pg_class", set()),
        ("seat", set()),
        ("tables", set()),
    ],
)
def test_products_of_a_relation(relation: str, products: set[str]) -> None:
    (one,) = CATALOG.named(Name("", relation))
    assert products_of(one, SEATED) == products


def test_over_the_cap() -> None:
    verdict = over_cap(DEMO, "bob", "public", "contact", "base", 1000)
    assert (verdict.kind, verdict.sqlstate, verdict.rule) == (REFUSE, "53400", "cap")
    assert verdict.message == (
        'table "contact" of product "base" is full for user "bob": demo mode allows 1000 rows'
    )
    assert "pgtoll license upload FILE" in verdict.hint
    assert (verdict.schema, verdict.table, verdict.product) == ("public", "contact", "base")


def test_the_cap_is_the_policys_unless_the_witness_names_one() -> None:
    policy = compile_policy([replace(BASE, cap=7), MARKETING], [])
    assert "allows 7 rows" in over_cap(policy, "bob", "public", "contact", "base", 0).message


def test_a_watched_statement_that_touched_what_is_lacking() -> None:
    verdict = watched_touch(SEATED, "bob", NOW, "public", "mrktinvoice", "marketing")
    assert verdict == replace(
        judge("SELECT * FROM mrktinvoice", SEATED, "bob"), rule=f"watch {PERSONAL.id}"
    )


def test_a_watched_statement_whose_product_was_licensed_meanwhile() -> None:
    verdict = watched_touch(SEATED, "alice", NOW, "public", "mrktinvoice", "marketing")
    assert (verdict.kind, verdict.hint) == (REFUSE, "Run the statement again.")


def test_errors_of_watched_statements_carry_nothing() -> None:
    verdict = watched_failure("bob")
    assert (verdict.kind, verdict.sqlstate) == (REFUSE, "42501")
    assert '"bob"' in verdict.message


def test_what_cannot_be_read_is_refused_with_the_reason() -> None:
    verdict = unreadable("it is too deep", "bob")
    assert (verdict.kind, verdict.sqlstate) == (REFUSE, "42501")
    assert verdict.message == 'statement of user "bob" cannot be judged: it is too deep'


def test_a_base_product_that_is_refused_is_not_blamed_on_unknown_names() -> None:
    expired = compile_policy([BASE, MARKETING, BASE_SERVER], [])
    assert judge("SELECT * FROM contact", expired, "bob", LATER).kind is REFUSE
    assert judge("SELECT * FROM unheardof", expired, "bob", LATER).kind is WATCH


def test_in_doubt_what_refuses_a_transaction_block_is_refused_with_the_reason() -> None:
    vacuum = reached("VACUUM contact")
    assert decide(vacuum, SEATED, "bob", NOW).kind is ALLOW
    verdict = decide(doubted(vacuum, "the catalog has changed"), SEATED, "bob", NOW)
    assert verdict.kind is REFUSE
    assert "refuses to run inside a transaction block" in verdict.detail


OPAQUE = "DO $$ BEGIN EXECUTE current_setting('a.b'); END $$"


@pytest.mark.parametrize(
    ("sql", "policy", "sight", "outcome"),
    [
        (OPAQUE, SEATED, Sight(), WATCH),
        (OPAQUE, SEATED, Sight(touched=False), REFUSE),
        (OPAQUE, SEATED, Sight(filled=False), WATCH),
        (OPAQUE, DEMO, Sight(), CAP),
        (OPAQUE, DEMO, Sight(touched=False), CAP),
        (OPAQUE, DEMO, Sight(filled=False), REFUSE),
        (OPAQUE, FREE, Sight(touched=False, filled=False), ALLOW),
        ("INSERT INTO contact VALUES (1)", DEMO, Sight(touched=False, filled=False), CAP),
        ("SELECT * FROM contact", SEATED, Sight(touched=False, filled=False), ALLOW),
    ],
)
def test_what_the_server_does_not_show_is_refused(
    sql: str, policy: Policy, sight: Sight, outcome: Kind
) -> None:
    verdict = decide(reached(sql), policy, "bob", NOW, sight=sight)
    assert verdict.kind is outcome
    if outcome is REFUSE:
        assert "pgtoll doctor" in verdict.detail
