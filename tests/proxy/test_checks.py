"""What PostgreSQL is asked, in which words, and what is made of its answers."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from catalog_samples import DEMO, HALF, SEATED
from gates import gate_of

from pgtoll.catalog.marks import Mark
from pgtoll.engine.ways import Cap, Watch, Ways
from pgtoll.session import additions, identity, leftovers, own_rounds, rewrite
from pgtoll.session.effects import Sure
from pgtoll.withheld import KEPT_STATES
from pgtoll_policy import libpg_query
from pgtoll_policy.policy import Policy
from pgtoll_policy.verdict import watched_failure


@pytest.mark.parametrize(
    ("policy", "demo", "lacked"), [(DEMO, "1,2", ""), (HALF, "1", "2"), (SEATED, "", "2")]
)
def test_the_witness_is_told_the_products_by_their_ids(
    policy: Policy, demo: str, lacked: str
) -> None:
    sql = gate_of(policy).judge("bob").witness(final=True, watched=False).decode()
    given = f"{policy.cap},ARRAY[{demo}]::int[],ARRAY[{lacked}]::int[]"
    assert sql == f"SELECT COALESCE(pgtoll.witness({given},true),pgtoll.settle({given}))"
    assert not re.search(r"['\"$]", sql)


def test_where_no_locks_are_shown_the_tables_that_reading_names_are_counted() -> None:
    judge = gate_of(HALF, ways=Ways(Cap.NAMES, Watch.NONE)).judge("bob")
    known = judge.witness(final=True, watched=False, filled={9, 7}).decode()
    how = f"{HALF.cap},ARRAY[1]::int[],ARRAY[7, 9]::bigint[],true"
    assert known == f"SELECT COALESCE(pgtoll.count_named({how}),false)"
    unknown = judge.witness(final=False, watched=False).decode()
    assert unknown.endswith("ARRAY[1]::int[],NULL::bigint[],false),false)")


def test_counts_are_put_away_where_the_server_can() -> None:
    assert gate_of(HALF).judge("bob").put_away == own_rounds.FLUSH_STATISTICS
    assert gate_of(HALF, ways=Ways(flushes=False)).judge("bob").put_away == b"SELECT"


@pytest.mark.parametrize("final", [True, False])
def test_rows_that_other_servers_keep_are_counted_first(final: bool) -> None:
    judge = gate_of(HALF, ways=Ways(distributed=True)).judge("bob")
    text = judge.witness(final=final, watched=False).decode()
    how = f"{HALF.cap},ARRAY[1]::int[],{str(final).lower()}"
    assert text.startswith(f"SELECT COALESCE(pgtoll.count_distributed({how}),pgtoll.witness(")
    assert ("pgtoll.settle(" in text) == final


def test_an_account_is_asked_about_the_same_and_told_in_the_same_words() -> None:
    judge = gate_of(HALF, observe=True).judge("bob")
    arrays = "ARRAY[1]::int[],ARRAY[2]::int[]"
    assert judge.account().decode() == f"SELECT pgtoll.account({HALF.cap},{arrays},false)"
    committed = judge.account(committed=True).decode()
    assert committed == f"SELECT pgtoll.account_committed({HALF.cap},{arrays})"
    assert judge.note(None, ahead=True) == b"SELECT pgtoll.note(ARRAY[2]::int[],true,NULL,NULL)"
    assert judge.glance(None, rows=True).startswith(b"SELECT COALESCE(pgtoll.glance_at_rows(")
    said = b'{"rule":"%s","schema":"public","table":"t","product":"base","cap":7}'
    assert judge.found(said % b"cap") == judge.over_cap("public", "t", "base", "7")
    assert judge.found(said % b"watch") == judge.touched("public", "t", "base")
    assert judge.found(b"") == judge.failed_unchecked("")
    found = judge.found(b'{"rule":"unsure","sqlstate":"40001","message":"m","detail":"d"}')
    assert (found.sqlstate, found.message, found.detail) == ("40001", "m", "d")


def test_what_reading_has_proven_need_not_be_looked_at_while_a_mark_holds() -> None:
    judge = gate_of(HALF).judge("bob")
    sure = Sure(Mark(7, frozenset({9, 8})), (-1, -16500))
    demo = "pgtoll.proven(7,ARRAY[8,9]::bigint[],ARRAY[1]::int[],ARRAY[-1,-16500]::int[])"
    given = f"{HALF.cap},{demo},ARRAY[2]::int[]"
    sql = judge.witness(final=True, watched=False, sure=sure).decode()
    assert sql == f"SELECT COALESCE(pgtoll.witness({given},true),pgtoll.settle({given}))"
    assert judge.account(sure=sure).decode() == f"SELECT pgtoll.account({given},false)"
    unmarked = judge.witness(final=True, watched=False, sure=Sure(None, (-1,)))
    assert unmarked == judge.witness(final=True, watched=False)


def test_what_runs_unread_has_a_check_of_its_own() -> None:
    judge = gate_of(HALF).judge("bob")
    before = b"SELECT pgtoll.before_watch(ARRAY[2]::int[],7,ARRAY[8,9]::bigint[])"
    assert judge.before_watch(Mark(7, frozenset({9, 8}))) == before
    assert judge.witness(final=False, watched=True).startswith(b"SELECT pgtoll.watched(")
    assert gate_of(DEMO).judge("bob").witness(final=False, watched=False).endswith(b",false)")


def test_tables_queue_up_for_the_products_in_demo_mode() -> None:
    sql = gate_of(DEMO).judge("bob").queue_up((9, 8))
    assert sql == b"SELECT pgtoll.queue_up(ARRAY[1,2]::int[],ARRAY[8, 9]::bigint[])"


def test_without_the_id_of_a_product_there_is_no_check_and_so_no_session() -> None:
    gate = gate_of(DEMO)
    gate.picture = replace(gate.picture, product_ids={"base": 1})
    with pytest.raises(KeyError):
        gate.judge("bob").witness(final=True, watched=True)


def test_what_the_witness_found_is_told_in_words_of_the_policy() -> None:
    judge = gate_of(SEATED).judge("bob")
    full = judge.over_cap("public", "contact", "base", "7")
    assert (full.sqlstate, full.table, full.product) == ("53400", "contact", "base")
    assert "7 rows" in full.message
    touched = judge.touched("public", "mrktinvoice", "marketing")
    assert (touched.sqlstate, touched.table) == ("42501", "mrktinvoice")


def test_a_cap_that_the_witness_does_not_name_is_that_of_the_policy() -> None:
    full = gate_of(DEMO).judge("bob").over_cap("public", "contact", "base", "")
    assert f"{DEMO.cap} rows" in full.message


def test_a_watched_failure_keeps_a_state_that_applications_act_on_but_not_its_text() -> None:
    judge = gate_of(SEATED).judge("bob")
    assert judge.failed_unchecked("22012") == watched_failure("bob")
    kept = judge.failed_unchecked("40001")
    assert (kept.sqlstate, kept.message) == ("40001", KEPT_STATES["40001"])


def test_in_a_stained_session_a_catalog_that_has_moved_is_no_proof() -> None:
    judge = gate_of(SEATED).judge("bob")
    mark = Mark(7, frozenset({3}))
    steady = "pgtoll.steady(7,ARRAY[3]::bigint[]) IS NOT NULL"
    assert judge.still_steady(mark) == steady.encode()
    assert judge.still_steady(None) == b"true"
    text = judge.mistrust(mark, final=False).decode()
    assert text.startswith(f"SELECT CASE WHEN {steady} THEN pgtoll.witness(")
    assert text.endswith(",false,true) END")


def _types(tree: object) -> Iterator[list[str]]:
    """The names of all types in a tree, each with its schema if that is certain."""
    if isinstance(tree, list):
        for one in tree:
            yield from _types(one)
    elif isinstance(tree, dict):
        if named := tree.get("typeName"):
            yield [part["String"]["sval"] for part in named["names"]]
        for one in tree.values():
            yield from _types(one)


def _own_texts() -> Iterator[bytes]:
    """All that is put among a client's statements, where the client's search path is in force."""
    judge, mark = gate_of(HALF).judge("bob"), Mark(7, frozenset({9, 8}))
    sure, observer = Sure(mark, (-1, -16500)), gate_of(HALF, observe=True).judge("bob")
    for final in (True, False):
        yield judge.steady(mark, final=final)
        yield judge.mistrust(mark, final=final)
        yield judge.witness(final=final, watched=not final, sure=sure)
        yield observer.account(committed=final, sure=sure)
        yield observer.glance(mark, committed=final, rows=True)
        yield observer.note(mark, ahead=final)
    yield from (judge.before_watch(mark), judge.queue_up((7, 8)))
    yield leftovers.Leftovers().measure() + b"1"
    yield leftovers.Leftovers(known=b"5", known_at=b"100").measure() + b"1"
    yield leftovers.Leftovers().compare(judge.still_steady(mark))
    yield rewrite.doomed(rewrite.new_token())
    yield from (additions.COMMITTED_ONLY, identity.ASK_USER, own_rounds.COMPARE + b"(true)")
    yield from (own_rounds.CLEAR_CODE, own_rounds.CLEAR_PLANS, own_rounds.FLUSH_STATISTICS)
    yield own_rounds.SOW
    body = own_rounds.CLEAR_PREPARED.split(b"$$")[1]
    yield from (b"SELECT 1::" + one for one in re.findall(rb"DECLARE \w+ ([\w.]+)", body))
    yield b"SELECT 1 " + b" ".join(re.findall(rb"::[\w.]+", body))


@pytest.mark.parametrize(
    "text", [pytest.param(text, id=str(n)) for n, text in enumerate(_own_texts())]
)
def test_no_type_in_our_own_texts_is_looked_for_in_the_clients_search_path(text: bytes) -> None:
    tree = json.loads(libpg_query.parse(text, backslash_escapes=False))
    assert all(names[0] == "pg_catalog" for names in _types(tree))


def test_types_are_found_in_trees() -> None:
    tree = json.loads(libpg_query.parse(b"SELECT ARRAY[1]::int8[]", backslash_escapes=False))
    assert list(_types(tree)) == [["int8"]]
