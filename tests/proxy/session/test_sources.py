"""An error is known by the part of the server that raised it, not by what it says of itself."""

import pytest

from pgtoll.session.sources import COMMANDS, files_of, ran_nothing, telling_state
from pgtoll_policy.facts import Statement


@pytest.mark.parametrize(
    ("state", "file"),
    [
        (b"0A000", b"plancache.c"),
        (b"25P02", b"postgres.c"),
        (b"26000", b"prepare.c"),
        (b"34000", b"portalcmds.c"),
        (b"40001", b"nodeModifyTable.c"),
        (b"40P01", b"deadlock.c"),
        (b"55P03", b"namespace.c"),
        (b"57014", b"postgres.c"),
    ],
)
def test_the_server_s_own_states_are_told_and_a_function_s_are_not(
    state: bytes, file: bytes
) -> None:
    assert telling_state({"C": state, "F": file}) == state
    for other in (b"pl_exec.c", b"plperl.c", b"plpy_elog.c", b"pltcl.c", b"dblink.c", b""):
        assert telling_state({"C": state, "F": other}) == b""
    assert telling_state({"C": state}) == b""


def test_what_is_said_of_a_message_is_not_told_of_a_function() -> None:
    inside = {"W": b"PL/pgSQL function f() line 1 at EXECUTE"}
    assert telling_state({"C": b"26000", "F": b"prepare.c"} | inside) == b""
    assert telling_state({"C": b"40001", "F": b"trigger.c"} | inside) == b"40001"


def test_what_was_ignored_ran_nothing() -> None:
    ignored = {"C": b"25P02", "F": b"postgres.c"}
    assert ran_nothing(ignored)
    for other in ({"F": b"pl_exec.c"}, {"C": b"26000"}, {"W": b"PL/pgSQL function f()"}):
        assert not ran_nothing(ignored | other)


def test_an_unsupported_feature_is_no_changed_result_type() -> None:
    assert telling_state({"C": b"0A000", "F": b"xml.c"}) == b""


def test_files_that_an_expression_leads_to_say_nothing_of_themselves() -> None:
    for file in (b"dependency.c", b"heap.c", b"tablecmds.c", b"view.c"):
        assert file in COMMANDS
    for file in (
        b"namespace.c",
        b"pg_proc.c",
        b"regproc.c",
        b"ri_triggers.c",
        b"typecmds.c",
        b"aclchk.c",
        b"extension.c",  # pg_extension_update_paths(name)
        b"functioncmds.c",  # pg_get_object_address('cast', ...)
    ):
        assert file not in COMMANDS


def test_commands_that_evaluate_nothing_say_what_is_wrong_with_names() -> None:
    bare, other = (Statement("comment", 0, 0, bare=bare) for bare in (True, False))
    assert {b"namespace.c", b"aclchk.c", b"objectaddress.c"} <= files_of(bare)
    assert not files_of(other)


def test_making_an_extension_runs_its_script() -> None:
    assert files_of(Statement("create extension", 0, 0)) == {b"extension.c"}
