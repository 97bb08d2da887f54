"""What calling a user's function may mean."""

from dataclasses import replace

import pytest

from pgtoll_policy.body import AGGREGATE, Body, BodyText
from pgtoll_policy.routines import Routine, judge_functions, text_of
from pgtoll_policy.rows import FunctionRow

F = FunctionRow(1, "public", "f", body="BEGIN RETURN 1; END")
READS = "BEGIN RETURN (SELECT a FROM t); END"
ELSEWHERE = {"pg_stats": "shows values"}


def judge(*rows: FunctionRow, trusted: frozenset[str] = frozenset()) -> dict[str, Routine]:
    routines = judge_functions(rows, trusted, ELSEWHERE)
    return {routine.name: routine for routine in routines.values()}


def fault(*rows: FunctionRow) -> str:
    """Return why the first of some functions cannot be watched, "" when it can."""
    concern = judge(*rows)[rows[0].name].concern
    assert concern is not None
    return concern.unwatchable


@pytest.mark.parametrize(
    "row",
    [
        F._replace(schema="pgtoll"),
        F._replace(extension="citext", language="internal"),
        F._replace(extension="pgcrypto", language="c"),
        F._replace(extension="postgis", language="c", volatility="i"),
        F._replace(extension="postgis", language=AGGREGATE, volatility="i"),
        F._replace(language="internal", body="range_constructor2", confined=False),
        F._replace(language="internal", body="multirange_constructor0", confined=False),
    ],
)
def test_harmless_functions(row: FunctionRow) -> None:
    assert judge(row)["f"].concern is None


@pytest.mark.parametrize(
    "row",
    [
        F,
        F._replace(language="sql", body="SELECT 1"),
        F._replace(extension="citext", language="sql", body="SELECT $1 = 2"),
        F._replace(extension="postgis", language="c"),
        F._replace(extension="postgis", language="plpgsql", volatility="i"),
        F._replace(extension="tablefunc", language="c", volatility="i"),
        F._replace(language="plperl", body="return 1"),
        F._replace(language=AGGREGATE, body="int4pl"),
        F._replace(parallel="s"),
        F._replace(body=READS),
        F._replace(body="BEGIN EXECUTE $1; END"),
    ],
)
def test_functions_that_can_be_watched(row: FunctionRow) -> None:
    assert fault(row) == ""
    concern = judge(row)["f"].concern
    assert concern is not None
    assert concern.function == "public.f"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (F._replace(language="c"), "is compiled code"),
        (F._replace(language="internal"), "is compiled code"),
        (F._replace(language="plpython3u", confined=False), "is written in plpython3u"),
        (F._replace(extension="dblink", language="c"), "is of extension dblink"),
        (F._replace(parallel="s", body=READS), "is marked PARALLEL SAFE"),
        (F._replace(parallel="s", body="BEGIN EXECUTE $1; END"), "is marked PARALLEL SAFE"),
        (F._replace(parallel="s", body='SELECT U&"q"($1)', language="sql"), "is marked PARALLEL"),
        (F._replace(parallel="s", language="plperl", body="1"), "is marked PARALLEL SAFE"),
        (F._replace(body="SELECT * FROM PG_STATS"), "mentions pg_stats, which shows values"),
        (F._replace(body="SELECT lo_get($1)"), "mentions lo_get, which reaches large objects"),
    ],
)
def test_functions_that_cannot(row: FunctionRow, reason: str) -> None:
    assert fault(row).startswith(reason)


ASIDE = FunctionRow(2, "public", "aside", parallel="s", body=READS)


def test_a_fault_is_passed_to_every_caller_and_stays_short() -> None:
    rows = [
        FunctionRow(oid, "public", f"f{oid}", body=f"BEGIN PERFORM F{oid + 1}(); END")
        for oid in range(10, 40)
    ]
    end = ASIDE._replace(oid=40, name="f40")
    assert fault(*rows, end).startswith("leads to function f40, which is marked PARALLEL SAFE")


def test_functions_that_call_each_other_are_no_trouble() -> None:
    one = F._replace(oid=10, name="one", body="SELECT two()")
    two = F._replace(oid=11, name="two", body="SELECT one() FROM aside()")
    assert fault(one, two) == ""
    assert "aside" in fault(one, two, ASIDE)


def test_a_worker_reads_tables_through_what_it_calls() -> None:
    caller = F._replace(parallel="s", language="sql", body="SELECT reads()")
    reads = FunctionRow(3, "public", "reads", body=READS)
    assert fault(caller, reads).startswith("is marked PARALLEL SAFE")
    assert fault(caller) == ""


def test_a_name_of_several_words_is_found_in_a_body() -> None:
    caller = F._replace(body='BEGIN PERFORM "Step Aside"(); END')
    assert "Step Aside" in fault(caller, ASIDE._replace(name="Step Aside"))
    assert fault(F._replace(body="aside"), ASIDE._replace(name="Step Aside")) == ""


def test_a_name_without_words_is_in_no_body() -> None:
    assert fault(F, ASIDE._replace(name="1")) == ""


def test_where_text_may_reach_too_far_what_runs_text_cannot_be_watched() -> None:
    runs = F._replace(body="BEGIN EXECUTE $1; END")
    assert fault(runs, ASIDE).startswith("runs text that may call function aside")
    calls = F._replace(oid=3, name="calls", body="SELECT f('x')", language="sql")
    assert fault(calls, runs, ASIDE).startswith("leads to function f, which runs text")


def test_a_trusted_function_has_no_fault_to_pass_on() -> None:
    runs = F._replace(body="BEGIN EXECUTE $1; PERFORM aside(); END")
    routines = judge(runs, ASIDE, trusted=frozenset({"public.aside"}))
    assert routines["aside"].concern is None
    assert routines["f"].concern is not None
    assert routines["f"].concern.unwatchable == ""


def test_a_name_is_trusted_only_of_whoever_speaks_for_the_database() -> None:
    anybodys = F._replace(types="integer", vouched=False)
    for trusted, harmless in (
        ("public.f", False),
        ("public.f(integer)", True),
        ("public.f()", False),
    ):
        concern = judge_functions([anybodys], {trusted}, ELSEWHERE)[1].concern
        assert (concern is None) is harmless
    vouched = F._replace(types="integer")
    assert all(
        judge_functions([vouched], {one}, ELSEWHERE)[1].concern is None
        for one in ("public.f", "public.f(integer)")
    )


def test_the_refusal_says_how_to_trust_a_users_function() -> None:
    routine = judge_functions([F._replace(types="integer", vouched=False)], (), ELSEWHERE)[1]
    assert routine.concern is not None
    assert str(routine) == routine.concern.function == "public.f(integer)"


def test_what_was_read_has_a_body_for_a_concern() -> None:
    bodies = {BodyText("plpgsql", F.body): Body()}
    for row, in_worker in ((F, False), (F._replace(parallel="s"), True)):
        routine = judge_functions([row], (), ELSEWHERE, bodies)[1]
        assert (routine.concern, routine.body, routine.in_worker) == (None, Body(), in_worker)


@pytest.mark.parametrize(
    "row",
    [
        F._replace(rewired=True),
        F._replace(language="plperl"),
        F._replace(extension="dblink"),
        F._replace(body="other"),
    ],
)
def test_what_cannot_be_read_is_still_in_doubt(row: FunctionRow) -> None:
    bodies = {BodyText("plpgsql", F.body): Body(), BodyText("plpgsql", "other"): Body(opaque="x")}
    routine = judge_functions([row], (), ELSEWHERE, bodies)[1]
    assert routine.body is None
    assert routine.concern is not None


def test_being_run_by_a_worker_is_no_fault_of_what_was_read() -> None:
    calls = F._replace(body="BEGIN EXECUTE 'x'; PERFORM aside(); END")
    read = {BodyText("plpgsql", READS): Body()}
    assert text_of(ASIDE) in read
    for bodies, fault in (({}, "leads to function aside"), (read, "")):
        concern = judge_functions([calls, ASIDE], (), ELSEWHERE, bodies)[1].concern
        assert concern is not None
        assert concern.unwatchable.startswith(fault)
        assert bool(concern.unwatchable) is bool(fault)


def test_a_routine_is_what_its_row_says() -> None:
    row = F._replace(temporary=True, arguments=1, schema="pg_temp_3")
    routine = judge(row)["f"]
    assert replace(routine, concern=None, loose=None) == Routine(1, "pg_temp_3", "f", True, True)
    assert str(routine) == "pg_temp_3.f"


def test_what_frames_a_watched_statement_is_not_for_clients_and_no_danger_to_others() -> None:
    ours = F._replace(schema="pgtoll", name="before_watch")
    assert fault(ours) == "is for proxies alone"
    caller = F._replace(oid=2, body="BEGIN EXECUTE 'SELECT pgtoll.before_watch(NULL)'; END")
    assert fault(caller, ours) == ""


def test_what_ours_look_at_is_no_danger_to_others() -> None:
    ours = F._replace(schema="pgtoll", body="BEGIN RETURN pg_get_backend_memory_contexts(); END")
    caller = F._replace(oid=2, name="g", body="BEGIN EXECUTE 'SELECT 1'; END")
    assert fault(caller, ours) == ""
    assert fault(caller, ours._replace(schema="public")).startswith("runs text that may call")
