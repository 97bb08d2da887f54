"""The gate: who is read at all, what is known of a text, and closing when it is not known."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from catalog_samples import DEMO, FREE, HALF, OID, ROWS, RUN, SEATED
from gates import CONTACTS, INVOICES, Clocks, Reading, gate_of, learned, ruled
from license_samples import DUE

from pgtoll import in_force
from pgtoll.catalog.marks import Mark
from pgtoll.encodings import CODECS
from pgtoll.engine.ways import Cap, Watch, Ways
from pgtoll.gate import UserJudge
from pgtoll_policy.catalog import build_catalog
from pgtoll_policy.policy import Policy
from pgtoll_policy.rows import TypeRow
from pgtoll_policy.unread import CHANGED_HERE
from pgtoll_policy.verdict import Kind, unreadable


def kinds(judge: UserJudge, sql: bytes, doubt: str = "") -> list[Kind]:
    return [ruling.verdict.kind for ruling in ruled(judge, sql, doubt)]


@pytest.mark.parametrize(("user", "probes"), [("alice", False), ("bob", True)])
def test_who_lacks_nothing_may_ask_for_any_name(user: str, probes: bool) -> None:
    (ruling,) = ruled(gate_of(SEATED).judge(user), b"SHOW made_up.name")
    assert ruling.probes is probes


# Facts


def test_a_text_is_judged_once_its_facts_are_known() -> None:
    judge = gate_of(SEATED).judge("bob")
    assert judge.rule(INVOICES, "") is None
    assert learned(judge, INVOICES) == [INVOICES.decode()]
    assert kinds(judge, INVOICES) == [Kind.REFUSE]
    assert kinds(judge, CONTACTS) == [Kind.ALLOW]


def test_facts_are_kept_for_everybody_and_verdicts_for_nobody() -> None:
    gate = gate_of(SEATED)
    assert kinds(gate.judge("bob"), INVOICES) == [Kind.REFUSE]
    assert learned(gate.judge("alice"), INVOICES) == []
    assert kinds(gate.judge("alice"), INVOICES) == [Kind.ALLOW]
    gate.picture = replace(gate.picture, policy=FREE)
    judge = gate.judge("bob")
    assert judge.clear
    assert kinds(judge, INVOICES) == [Kind.ALLOW]


@pytest.mark.parametrize(("sql", "kind"), [(INVOICES, Kind.REFUSE), (CONTACTS, Kind.ALLOW)])
def test_a_text_of_a_known_shape_is_not_read_again(sql: bytes, kind: Kind) -> None:
    gate = gate_of(SEATED)
    judge, longer = gate.judge("bob"), sql.replace(b"1", b"1234567")
    ruled(judge, sql)
    assert learned(judge, longer) == []
    (ruling,) = judge.rule(longer, "") or ()
    assert ruling.verdict.kind is kind
    assert gate.facts.shape_hits == 1


def test_a_statement_under_a_known_shape_covers_its_own_text() -> None:
    judge, longer = gate_of(DEMO).judge("bob"), b"INSERT INTO contact VALUES (1234567)"
    ruled(judge, b"INSERT INTO contact VALUES (1)")
    (ruling,) = judge.rule(longer, "") or ()
    assert ruling.verdict.kind is Kind.CAP
    assert longer[ruling.statement.start : ruling.statement.end] == longer


def test_facts_depend_on_how_backslashes_in_strings_are_read() -> None:
    judge = gate_of(SEATED).judge("bob")
    sql = rb"SELECT '\' , ' FROM mrktinvoice -- '"
    ruled(judge, sql)
    judge.set_parameter(b"standard_conforming_strings", b"off")
    assert judge.rule(sql, "") is None
    judge.set_parameter(b"standard_conforming_strings", b"on")
    assert judge.rule(sql, "") is not None


def test_each_statement_of_a_text_is_judged_and_counted() -> None:
    gate = gate_of(SEATED)
    assert kinds(gate.judge("bob"), CONTACTS + b";" + INVOICES) == [Kind.ALLOW, Kind.REFUSE]
    assert gate.judged == 2


# Encodings


@pytest.mark.parametrize(
    ("client", "server", "sql"),
    [
        (b"UTF8", b"UTF8", b"SELECT '\xf6'"),
        (b"\xff", b"UTF8", "SELECT 'ö'".encode()),
        (b"KOI8R", b"WIN1251", "SELECT 'я'".encode("koi8-r")),
    ],
)
def test_a_text_that_cannot_be_decoded_is_refused(client: bytes, server: bytes, sql: bytes) -> None:
    judge = gate_of(SEATED).judge("bob")
    judge.set_parameter(b"server_encoding", server)
    judge.set_parameter(b"client_encoding", client)
    (ruling,) = judge.rule(sql, "") or ()
    assert ruling.verdict.kind is Kind.REFUSE
    assert "client_encoding" in ruling.verdict.message + ruling.verdict.detail


def test_ascii_alone_is_known_in_all_encodings() -> None:
    judge, sql = gate_of(SEATED).judge("bob"), "SELECT 'ö'".encode()
    assert ruled(judge, CONTACTS) + ruled(judge, sql)
    judge.set_parameter(b"client_encoding", b"latin1")
    assert (judge.rule(CONTACTS, "") is None, judge.rule(sql, "") is None) == (False, True)


@pytest.mark.parametrize("name", ["UTF8", "LATIN1", "SJIS"])
def test_statements_are_found_in_the_bytes_of_the_client(name: str) -> None:
    judge, codec, letter = (
        gate_of(SEATED).judge("bob"),
        CODECS[name],
        "表" * (name == "SJIS") or "ä",
    )
    texts = (f"SELECT '{letter}{letter}'", f"SELECT '{letter}'", "SHOW a")
    sql = ";".join(texts).encode(codec)
    judge.set_parameter(b"client_encoding", name.encode())
    ranges = [(one.statement.start, one.statement.end) for one in ruled(judge, sql)]
    assert [sql[start:end].decode(codec).strip() for start, end in ranges] == list(texts)


# What cannot be judged


def test_what_the_parsers_refuse_is_refused_for_who_lacks_something() -> None:
    judge = gate_of(SEATED).judge("bob")
    learned(judge, CONTACTS, Reading(refusal="the readers disagree"))
    (ruling,) = judge.rule(CONTACTS, "") or ()
    assert ruling.verdict == unreadable("the readers disagree", "bob")
    assert ruling.opaque


def test_what_the_parsers_refuse_is_judged_by_its_statements_for_who_lacks_nothing() -> None:
    judge = gate_of(DEMO).judge("bob")
    filling = b"INSERT INTO contact VALUES (1)"
    for sql in (CONTACTS, filling):
        learned(judge, sql, Reading(refusal="the readers disagree"))
    assert kinds(judge, CONTACTS) == [Kind.ALLOW]
    assert kinds(judge, filling) == [Kind.CAP]


def test_a_text_too_large_to_have_statements_is_refused_even_for_who_lacks_nothing() -> None:
    judge = gate_of(DEMO).judge("bob")
    sql = b"SELECT 1" + b" " * (1 << 20)
    (ruling,) = ruled(judge, sql)
    assert ruling.verdict.kind is Kind.REFUSE


def test_a_syntax_that_is_unknown_is_refused_and_marked_as_rejected() -> None:
    (ruling,) = ruled(gate_of(SEATED).judge("bob"), b"SELEC 1")
    assert ruling.verdict.kind is Kind.REFUSE
    assert ruling.rejected


def test_a_replication_connection_runs_nothing_for_who_is_not_clear() -> None:
    judge = gate_of(SEATED).judge("bob", replication=True)
    (ruling,) = judge.rule(b"IDENTIFY_SYSTEM", "") or ()
    assert ruling.verdict.kind is Kind.REFUSE


def test_text_that_nobody_saw_is_watched_or_capped() -> None:
    assert gate_of(SEATED).judge("bob").rule_unseen("").verdict.kind is Kind.WATCH
    assert gate_of(DEMO).judge("bob").rule_unseen("").verdict.kind is Kind.CAP


def test_what_cannot_be_read_is_refused_and_the_refusal_says_why() -> None:
    verdict = gate_of(SEATED).judge("bob").rule_unreadable("its 12345 bytes are too many").verdict
    assert verdict.kind is Kind.REFUSE
    assert "12345" in verdict.message + verdict.detail


# Doubts


def test_a_doubt_makes_everything_watched_but_what_is_harmless_anyway() -> None:
    judge = gate_of(SEATED).judge("bob")
    assert kinds(judge, CONTACTS, "the path has changed") == [Kind.WATCH]
    assert kinds(judge, INVOICES, "the path has changed") == [Kind.REFUSE]
    assert kinds(judge, b"COMMIT", "the path has changed") == [Kind.ALLOW]


def test_a_doubt_of_the_whole_session_counts_for_each_statement() -> None:
    judge = gate_of(SEATED).judge("bob", doubt="a setting of the role")
    (ruling,) = ruled(judge, CONTACTS)
    assert ruling.verdict.kind is Kind.WATCH
    assert "a setting of the role" in ruling.verdict.detail


@pytest.mark.parametrize("first", ["CREATE TABLE new (a int)", "DO $$ BEGIN END $$"])
def test_what_comes_behind_a_change_of_the_catalog_is_doubted(first: str) -> None:
    judge = gate_of(SEATED).judge("bob")
    rulings = ruled(judge, f"SELECT 1 FROM contact; {first}; SELECT 1 FROM contact".encode())
    assert [rulings[0].verdict.kind, rulings[2].verdict.kind] == [Kind.ALLOW, Kind.WATCH]


# A stale catalog


def test_a_stale_catalog_makes_statements_wait_until_it_is_settled() -> None:
    async def settle_while_learning() -> None:
        asyncio.get_running_loop().call_later(0.01, gate.trust_catalog, gate.doubts)
        await judge.learn(CONTACTS, Reading())

    gate = gate_of(SEATED)
    judge = gate.judge("bob")
    learned(judge, CONTACTS)
    gate.doubt_catalog()
    assert judge.rule(CONTACTS, "") is None
    asyncio.run(settle_while_learning())
    assert not gate.stale
    assert kinds(judge, CONTACTS) == [Kind.ALLOW]


def test_who_waited_long_enough_is_judged_once_and_nothing_counts_as_proven(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(in_force, "PATIENCE_SECONDS", 0.01)
    gate = gate_of(SEATED)
    gate.readable = False
    judge = gate.judge("bob")
    gate.doubt_catalog()
    (ruling,) = ruled(judge, CONTACTS)
    assert (ruling.verdict.kind, ruling.verdict.detail) == (Kind.WATCH, "the catalog has changed")
    assert judge.rule(CONTACTS, "") is None


# Observe mode


def test_observe_mode_allows_and_notes_what_would_have_been() -> None:
    (ruling,) = ruled(gate_of(SEATED, observe=True).judge("bob"), INVOICES)
    assert ruling.verdict.kind is Kind.ALLOW
    assert ruling.noted is not None
    assert (ruling.noted.kind, ruling.noted.table) == (Kind.REFUSE, "mrktinvoice")


@pytest.mark.parametrize(
    ("policy", "sql", "kind"),
    [
        (SEATED, CONTACTS, Kind.ALLOW),
        (SEATED, b"DO $$ BEGIN END $$", Kind.WATCH),
        (DEMO, b"INSERT INTO contact VALUES (1)", Kind.CAP),
        (DEMO, b"COMMIT PREPARED 'x'", Kind.CAP),  # where nobody waits for the ledger
    ],
)
def test_observe_mode_checks_what_enforcement_would(policy: Policy, sql: bytes, kind: Kind) -> None:
    (ruling,) = ruled(gate_of(policy, observe=True).judge("bob"), sql)
    assert ruling.verdict.kind is kind
    assert ruling.noted is None


@pytest.mark.parametrize(
    ("policy", "sql", "sqlstate"),
    [
        (SEATED, b"DO $$ BEGIN END $$", "42501"),
        (DEMO, b"INSERT INTO contact VALUES (1)", "53400"),
    ],
)
def test_in_another_database_observe_mode_notes_what_it_would_check(
    policy: Policy, sql: bytes, sqlstate: str
) -> None:
    judge = gate_of(policy, observe=True).judge("bob", doubt="it runs in another database")
    (ruling,) = ruled(judge, sql)
    assert ruling.verdict.kind is Kind.ALLOW
    assert ruling.noted is not None
    assert ruling.noted.sqlstate == sqlstate
    assert "it runs in another database" in ruling.noted.detail


def test_observe_mode_notes_what_cannot_be_judged() -> None:
    (ruling,) = ruled(gate_of(SEATED, observe=True).judge("bob"), "SELECT 'ö'".encode("latin-1"))
    assert ruling.verdict.kind is Kind.ALLOW
    assert ruling.noted is not None


def test_observing_looks_again_at_what_is_proven() -> None:
    gate = gate_of(SEATED, observe=True)
    gate.picture = replace(gate.picture, mark=Mark(7))
    rulings = [ruled(gate.judge("bob"), sql)[0] for sql in (CONTACTS, INVOICES, b"BEGIN")]
    assert [one.fickle for one in rulings] == [True, False, False]


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ("TRUNCATE ONLY event_1", "event_1"),
        ("TRUNCATE note, event", "event"),
        ("TRUNCATE note", ""),
        ("DELETE FROM event_1", ""),
    ],
)
def test_in_demo_mode_partitions_queue_up_before_they_are_emptied(sql: str, table: str) -> None:
    (ruling,) = ruled(gate_of(HALF, mark=Mark(7)).judge("bob"), sql.encode())
    due = f"SELECT pgtoll.queue_up(ARRAY[1]::int[],ARRAY[{OID[table]}]::bigint[])" if table else ""
    assert ruling.first == due.encode()
    assert not (table and ruling.plain)
    assert ruled(gate_of(SEATED).judge("bob"), sql.encode())[0].first == b""
    assert ruled(gate_of(HALF, observe=True).judge("bob"), sql.encode())[0].first == b""


def test_in_demo_mode_a_ruling_says_which_tables_get_rows_and_in_which_they_may_move() -> None:
    judge = gate_of(HALF, mark=Mark(7)).judge("bob")
    (moves,) = ruled(judge, b"UPDATE event SET id = 1")
    assert moves.fills == frozenset()
    assert moves.moves >= {OID["event"], OID["event_1"]}
    (plain,) = ruled(judge, b"UPDATE event_1 SET id = 1")
    assert (moves.plain, plain.plain, plain.moves) == (False, True, frozenset())
    (fills,) = ruled(judge, b"INSERT INTO event VALUES (1)")
    assert OID["event_1"] in (fills.fills or ())
    assert ruled(judge, b"SELECT run('x')")[0].fills is None
    assert ruled(judge, b"INSERT INTO event VALUES (1)", "a doubt")[0].fills is None
    assert ruled(gate_of(SEATED).judge("bob"), b"UPDATE event SET id = 1")[0].fills is None


def test_a_ruling_is_kept_until_the_next_look_and_while_settings_stay() -> None:
    clocks = Clocks(now=DUE - timedelta(seconds=0.5))
    judge = gate_of(HALF, clocks).judge("alice")
    sql = rb"SELECT 'a\'', id FROM mrktinvoice --'"
    assert kinds(judge, sql) == kinds(judge, sql) == [Kind.ALLOW]
    clocks.advance(timedelta(seconds=1))
    assert not judge.clear
    assert kinds(judge, INVOICES) == [Kind.REFUSE]
    judge.set_parameter(b"standard_conforming_strings", b"off")
    assert kinds(judge, sql) == [Kind.REFUSE]


# Code that is not read

RUNS = b"SELECT run('x')"


def test_where_code_that_is_not_read_does_not_run_it_is_refused() -> None:
    gate = gate_of(SEATED)
    judge = gate.judge("bob")
    assert kinds(judge, RUNS) == [Kind.WATCH]
    gate.strict = True
    judge.renew()
    (ruling,) = ruled(judge, RUNS)
    assert (ruling.verdict.kind, ruling.verdict.rule, ruling.unread) == (
        Kind.REFUSE,
        "unread",
        True,
    )
    assert kinds(judge, CONTACTS) == [Kind.ALLOW]
    assert kinds(gate.judge("alice"), RUNS) == [Kind.ALLOW]
    assert judge.strict
    assert not gate.judge("alice").strict


def test_observing_it_is_noted() -> None:
    gate = gate_of(SEATED, observe=True)
    gate.strict = True
    (ruling,) = ruled(gate.judge("bob"), RUNS)
    assert ruling.verdict.kind is Kind.ALLOW
    assert ruling.noted is not None
    assert ruling.noted.rule == "unread"
    again = gate.judge("bob").refuse_unread(ruling._replace(noted=None), "for a reason")
    assert (again.verdict.kind, again.noted and again.noted.rule) == (Kind.ALLOW, "unread")


def test_a_text_that_nobody_saw_may_be_read_all_the_same() -> None:
    gate = gate_of(SEATED)
    gate.strict = True
    judge = gate.judge("bob")
    assert judge.rule_unseen("a cursor").verdict.rule == "unread"
    read = judge.rule_unseen("a cursor", read=True)
    assert (read.verdict.kind, read.unread, read.plants) == (Kind.WATCH, False, False)
    refused = judge.refuse_unread(read, "for a reason").verdict
    assert (refused.kind, refused.rule) == (Kind.REFUSE, "unread")
    assert refused.detail.startswith("for a reason, and")


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        ("CREATE TABLE new (a int)", Kind.WATCH),
        ("DROP TABLE contact", Kind.WATCH),
        ("ALTER SCHEMA public RENAME TO note", Kind.REFUSE),
    ],
)
def test_what_a_change_may_have_brought_is_not_run_unread(first: str, kind: Kind) -> None:
    gate = gate_of(SEATED)
    gate.strict = True
    rulings = ruled(gate.judge("bob"), f"{first}; SELECT 1 FROM contact".encode())
    assert rulings[1].verdict.kind is kind


def test_a_picture_that_is_old_outweighs_what_the_transaction_has_done() -> None:
    gate = gate_of(SEATED)
    gate.strict = True
    judge = gate.judge("bob")
    learned(judge, CONTACTS)
    rulings = judge.rule(CONTACTS, CHANGED_HERE)
    assert rulings is not None
    assert rulings[0].verdict.kind is Kind.WATCH
    doubtful = gate.judge("bob", doubt="it runs elsewhere").rule(CONTACTS, CHANGED_HERE)
    assert doubtful is not None
    assert doubtful[0].verdict.rule == "unread"


def test_types_are_read_whose_functions_are() -> None:
    rows = replace(
        ROWS, types=(TypeRow("public", "odd", RUN, 16_900), TypeRow("public", "even", 1, 16_901))
    )
    judge = gate_of(SEATED, catalog=build_catalog(rows)).judge("bob")
    assert judge.runs_code((16_901,))
    assert not judge.runs_code((25,))
    assert judge.reads_code((16_901, 25))
    assert not judge.reads_code((16_901, 16_900))


def test_who_is_named_is_noted_as_here_and_who_is_named_again_is_not() -> None:
    gate = gate_of(FREE)
    judge = gate.judge("app")
    judge.identify("alice")
    day = DUE.date()
    assert gate.attendance.take(day) == ["alice"]
    judge.identify("alice")
    assert gate.attendance.take(day) == []
    judge.identify("")
    assert gate.attendance.take(day) == ["app"]


BLIND = Ways(Cap.NAMES, Watch.NONE)
UNREAD_TEXT = b"DO $$ BEGIN EXECUTE current_setting('a.b'); END $$"


def test_what_the_server_does_not_show_is_refused_before_it_runs() -> None:
    (lacking,) = ruled(gate_of(SEATED, ways=BLIND).judge("bob"), UNREAD_TEXT)
    assert (lacking.verdict.kind, lacking.verdict.sqlstate) == (Kind.REFUSE, "42501")
    (capped,) = ruled(gate_of(DEMO, ways=BLIND).judge("bob"), UNREAD_TEXT)
    assert (capped.verdict.kind, capped.verdict.sqlstate) == (Kind.REFUSE, "53400")
    (named,) = ruled(gate_of(DEMO, ways=BLIND).judge("bob"), b"INSERT INTO contact VALUES (1)")
    assert named.verdict.kind is Kind.CAP
    assert named.fills


def test_who_only_observes_there_is_told_what_would_be_refused() -> None:
    judge = gate_of(DEMO, observe=True, ways=BLIND).judge("bob")
    (opaque,) = ruled(judge, UNREAD_TEXT)
    assert opaque.verdict.kind is Kind.ALLOW
    assert opaque.noted is not None
    (named,) = ruled(judge, b"INSERT INTO contact VALUES (1)")
    assert (named.verdict.kind, named.noted) == (Kind.ALLOW, None)


@pytest.mark.parametrize("user", ["alice", "bob"])
def test_what_is_not_known_any_more_refuses_everything_but_an_end(user: str) -> None:
    clocks = Clocks()
    gate = gate_of(SEATED, clocks)
    gate.grace = 5.0
    judge = gate.judge(user)
    (before,) = ruled(judge, CONTACTS)
    assert before.verdict.kind is not Kind.REFUSE
    clocks.elapsed += 5.0
    assert not judge.clear
    assert not judge.proven(CONTACTS)
    for sql in (CONTACTS, b"SELECT 1", b"BEGIN", b"SAVEPOINT a", b"no SQL at all", b"\xff"):
        (ruling,) = ruled(judge, sql)
        assert (ruling.verdict.kind, ruling.verdict.sqlstate) == (Kind.REFUSE, "57P03")
        assert "store_grace" in ruling.verdict.detail
    for sql in (b"COMMIT", b"ROLLBACK", b"ROLLBACK TO a", b"PREPARE TRANSACTION 'a'"):
        (ruling,) = ruled(judge, sql)
        assert ruling.verdict.kind is not Kind.REFUSE
    both = ruled(judge, b"COMMIT; SELECT 1")
    assert [one.verdict.kind is Kind.REFUSE for one in both] == [False, True]
    assert judge.rule_unseen("nobody knows").verdict.sqlstate == "57P03"
    assert judge.rule_unreadable("a call").verdict.sqlstate == "57P03"
    gate.confirmed = clocks.elapsed
    clocks.elapsed += 1.0
    assert judge.clear is (user == "alice")
    (after,) = ruled(judge, CONTACTS)
    assert after.verdict == before.verdict


def test_observe_mode_notes_it_and_refuses_nothing() -> None:
    clocks = Clocks()
    gate = gate_of(FREE, clocks, observe=True)
    gate.grace = 5.0
    judge = gate.judge("bob")
    clocks.elapsed += 5.0
    assert not judge.clear
    (ruling,) = ruled(judge, CONTACTS)
    assert ruling.verdict.kind is Kind.ALLOW
    assert ruling.noted is not None
    assert ruling.noted.sqlstate == "57P03"
