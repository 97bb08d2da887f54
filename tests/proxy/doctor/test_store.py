"""Functions and triggers are compared with those that the migrations make."""

from pgtoll.doctor.findings import Row, Severity
from pgtoll.doctor.store import judge_functions, judge_triggers
from pgtoll.store.reference import read_reference

REFERENCE = read_reference(
    [
        "CREATE FUNCTION pgtoll.one(a int) RETURNS int\nLANGUAGE plpgsql AS $$ body $$;\n"
        "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA pgtoll FROM PUBLIC;\n"
        "CREATE TRIGGER tell AFTER INSERT ON pgtoll.seat\n  EXECUTE FUNCTION pgtoll.tell();\n"
    ]
)
ONE: Row = {
    "name": "one",
    "signature": "pgtoll.one(integer)",
    "arguments": "a integer",
    "body": " body ",
    "definer": False,
    "settings": [],
    "callers": [],
}
TELL: Row = {
    "table": "seat",
    "name": "tell",
    "quoted": "tell",
    "thing": "pgtoll.seat",
    "enabled": True,
}


def test_what_is_as_it_was_made_is_fine() -> None:
    (functions,) = judge_functions([ONE], REFERENCE)
    (triggers,) = judge_triggers([TELL], REFERENCE)
    assert {functions.severity, triggers.severity} == {Severity.OK}


def test_a_function_is_compared_in_all_that_it_does() -> None:
    for change in ({"body": "other"}, {"definer": True}, {"settings": ["search_path=x"]}):
        (found,) = judge_functions([{**ONE, **change}], REFERENCE)
        assert found.what == "function pgtoll.one is not as `pgtoll init` makes it"
        assert found.fix[0].startswith("CREATE OR REPLACE FUNCTION pgtoll.one(a int)")
        assert found.fix[1] == "REVOKE ALL ON FUNCTION pgtoll.one(a integer) FROM PUBLIC;"


def test_a_function_of_our_name_with_other_arguments_is_not_ours() -> None:
    other = {**ONE, "signature": "pgtoll.one(text)", "arguments": "a text"}
    (found,) = judge_functions([ONE, other], REFERENCE)
    assert found.fix == ("DROP ROUTINE pgtoll.one(text);",)


def test_what_is_missing_is_made_again() -> None:
    (function,) = judge_functions([], REFERENCE)
    (trigger,) = judge_triggers([], REFERENCE)
    assert (function.what, trigger.what) == (
        "function pgtoll.one is missing",
        "trigger tell on pgtoll.seat is missing",
    )


def test_nobody_else_may_call_what_the_witness_calls() -> None:
    (found,) = judge_functions([{**ONE, "callers": ["PUBLIC"]}], REFERENCE)
    assert found.fix == ("REVOKE EXECUTE ON ROUTINE pgtoll.one(integer) FROM PUBLIC CASCADE;",)


def test_triggers_that_are_not_ours_or_asleep_are_named() -> None:
    more = {**TELL, "name": "more", "quoted": "more"}
    asleep = {**TELL, "enabled": False}
    what = [found.what for found in judge_triggers([more, asleep], REFERENCE)]
    assert what == [
        "trigger more on pgtoll.seat is not ours",
        "trigger tell on pgtoll.seat is disabled",
    ]
