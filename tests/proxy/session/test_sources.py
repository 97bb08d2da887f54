"""An error is known by the part of the server that raised it, not by what it says of itself."""

import pytest

from pgtoll.session.sources import names_only, telling_state


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


def test_an_unsupported_feature_is_no_changed_result_type() -> None:
    assert telling_state({"C": b"0A000", "F": b"xml.c"}) == b""


def test_commands_say_what_is_wrong_with_what_they_name() -> None:
    error = {"C": b"2BP01", "F": b"dependency.c"}
    assert names_only(error)
    assert not names_only(error | {"W": b"PL/pgSQL function f() line 1 at EXECUTE"})
    for file in (b"heap.c", b"pg_namespace.c", b"view.c"):
        assert names_only({"C": b"42P07", "F": file})
    for file in (
        b"namespace.c",
        b"pg_proc.c",
        b"regproc.c",
        b"ri_triggers.c",
        b"typecmds.c",
        b"aclchk.c",
    ):
        assert not names_only(error | {"F": file})


def test_only_errors_that_point_into_the_text_hold_nothing_but_names() -> None:
    error = {"C": b"42703", "F": b"parse_relation.c", "P": b"8"}
    assert names_only(error)
    assert not names_only(error | {"W": b"SQL function f"})
    assert not names_only(error | {"F": b"pl_exec.c"})
    del error["P"]
    assert not names_only(error)
