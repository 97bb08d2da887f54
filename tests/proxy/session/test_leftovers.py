"""Names of parameters that a refused statement may have left: when a session counts as stained."""

from pgtoll.session.effects import Ruling
from pgtoll.session.leftovers import Leftovers
from pgtoll_policy.facts import Act, Statement
from pgtoll_policy.verdict import Kind, Verdict

ALLOWED, WATCHED = Verdict(Kind.ALLOW), Verdict(Kind.WATCH, watch=True)
UNREAD = Ruling(Statement("do", 0, 0, opaque="a DO block"), WATCHED, opaque=True, hides=True)
READ = Ruling(Statement("select", 0, 0), WATCHED, invents=False)
TAME = Ruling(Statement("insert", 0, 0), WATCHED, opaque=True, hides=True, invents=False)
SETS = Ruling(Statement("set", 0, 0, settings=("a.b",)), ALLOWED)
ENDS = Ruling(Statement("rollback", 0, 0, act=Act.ROLLBACK), ALLOWED)
PROBES = Ruling(Statement("select", 0, 0), ALLOWED, probes=True)
PLAIN = Ruling(Statement("select", 0, 0), ALLOWED)


def refused(leftovers: Leftovers, *, before: bytes = b"100_5") -> None:
    """A statement that runs unread is undone, with the memory as it was noted before it."""
    assert leftovers.measure()
    leftovers.measured(before)
    leftovers.note(UNREAD)
    leftovers.undone(1)


def compared(leftovers: Leftovers, answer: bytes | None) -> bool:
    leftovers.settled()
    leftovers.compare(b"true")
    leftovers.measured(answer)
    return leftovers.stained


def test_the_same_memory_leaves_a_session_as_it_was() -> None:
    leftovers = Leftovers()
    refused(leftovers)
    assert not compared(leftovers, b"100_5")
    assert not leftovers.suspect


def test_more_memory_stains() -> None:
    leftovers = Leftovers()
    refused(leftovers)
    assert compared(leftovers, b"388_5")


def test_what_the_server_does_not_tell_stains() -> None:
    for before, behind in ((b"100_5", None), (b"", b"100_5"), (b"", None)):
        leftovers = Leftovers()
        refused(leftovers, before=before)
        assert compared(leftovers, behind)


def test_a_library_that_was_loaded_meanwhile_stains() -> None:
    leftovers = Leftovers()
    refused(leftovers)
    assert compared(leftovers, b"100_6")


def test_the_number_of_parameters_is_asked_for_again_if_the_memory_is_another() -> None:
    leftovers = Leftovers()
    assert leftovers.measure() == b"SELECT pgtoll.settings_held(true),"
    leftovers.measured(b"100_5")
    leftovers.settled()
    assert leftovers.measure() == (
        b"SELECT CASE WHEN pgtoll.settings_held(false)::pg_catalog.int8 OPERATOR(pg_catalog.=) 100"
        b" THEN 100::pg_catalog.text ELSE pgtoll.settings_held(true) END,"
    )
    leftovers.measured(b"100")
    leftovers.note(UNREAD)
    leftovers.undone(1)
    assert not compared(leftovers, b"100_5")


def test_a_library_that_was_loaded_before_does_not_stain() -> None:
    leftovers = Leftovers()
    leftovers.measure()
    leftovers.measured(b"100_5")
    leftovers.settled()
    refused(leftovers, before=b"300_8")
    assert not compared(leftovers, b"300_8")
    assert b" 300 " in leftovers.measure()


def test_what_is_no_memory_is_not_put_into_a_question() -> None:
    leftovers = Leftovers()
    leftovers.measure()
    leftovers.measured(b"1;SELECT_5")
    leftovers.settled()
    assert leftovers.measure() == b"SELECT pgtoll.settings_held(true),"


def test_only_the_first_of_a_transaction_is_measured() -> None:
    leftovers = Leftovers()
    assert leftovers.measure()
    leftovers.measured(b"100_5")
    leftovers.note(UNREAD)
    assert leftovers.measure() == b""
    leftovers.measured(b"")  # the column is another's
    leftovers.undone(1)
    assert not compared(leftovers, b"100_5")


def test_what_was_set_before_it_leaves_no_measure() -> None:
    leftovers = Leftovers()
    leftovers.note(SETS)
    assert leftovers.measure() == b""
    leftovers.note(UNREAD)
    leftovers.undone(1)
    assert compared(leftovers, b"100_5")


def test_names_that_were_made_up_before_it_leave_no_measure() -> None:
    leftovers = Leftovers()
    leftovers.note(UNREAD)
    assert leftovers.measure() == b""
    leftovers.undone(1)
    assert compared(leftovers, b"100_5")


def test_what_is_set_behind_the_end_of_the_transaction_spoils_the_measure() -> None:
    leftovers = Leftovers()
    refused(leftovers)
    leftovers.note(ENDS)
    leftovers.note(SETS)
    assert compared(leftovers, b"100_5")


def test_the_end_of_the_transaction_alone_spoils_nothing() -> None:
    leftovers = Leftovers()
    refused(leftovers)
    leftovers.note(ENDS)
    assert not compared(leftovers, b"100_5")


def test_code_that_was_read_makes_up_no_names() -> None:
    for ruling in (READ, TAME):
        leftovers = Leftovers()
        leftovers.note(ruling)
        leftovers.undone(1)
        assert not compared(leftovers, b"")


def test_code_that_was_read_may_be_another_by_now() -> None:
    leftovers = Leftovers()
    leftovers.note(READ)
    leftovers.undone(1)
    assert leftovers.suspect
    assert compared(leftovers, None)


def test_names_that_are_not_made_up_are_no_stain() -> None:
    for behind in (b"100_5", b"388_5", b""):
        leftovers = Leftovers()
        assert leftovers.measure()
        leftovers.measured(b"100_5")
        leftovers.note(TAME)
        leftovers.undone(1)
        assert not compared(leftovers, behind)


def test_beside_what_makes_up_names_none_is_innocent() -> None:
    leftovers = Leftovers()
    leftovers.note(TAME)
    leftovers.undone(1)
    leftovers.note(UNREAD)
    leftovers.undone(2)
    assert compared(leftovers, b"")


def test_statements_that_nobody_has_read_may_have() -> None:
    leftovers = Leftovers()
    leftovers.doubt()
    leftovers.undone(1)
    assert compared(leftovers, b"100_5")


def test_what_was_undone_is_asked_about_by_the_picture_it_was_judged_by() -> None:
    leftovers = Leftovers()
    refused(leftovers)
    leftovers.undone(2)
    assert leftovers.mark == 1
    text = leftovers.compare(b"pgtoll.steady(7)")
    held = b"COALESCE(pgtoll.settings_held(true),'')"
    assert text == b"SELECT CASE WHEN pgtoll.steady(7) THEN " + held + b" END"


def test_in_a_stained_session_what_could_tell_of_names_ends_it() -> None:
    leftovers = Leftovers()
    assert not leftovers.ends([PROBES, UNREAD])
    leftovers.stained = True
    assert leftovers.ends([PLAIN, PROBES])
    assert leftovers.ends([UNREAD])
    assert leftovers.ends([READ])
    assert not leftovers.ends([PLAIN, SETS, ENDS])


def test_what_is_only_planned_may_make_up_names_and_ends_nothing() -> None:
    leftovers = Leftovers()
    assert leftovers.measure()
    leftovers.measured(b"100_5")
    leftovers.note_planned(ENDS)
    leftovers.note_planned(UNREAD)
    leftovers.undone(1)
    assert not leftovers.ended
    assert not leftovers.spoilt
    assert compared(leftovers, b"388_5")


def test_what_is_planned_behind_an_end_may_have_changed_settings() -> None:
    leftovers = Leftovers()
    refused(leftovers)
    leftovers.note(ENDS)
    leftovers.note_planned(TAME)
    assert compared(leftovers, b"100_5")


def test_what_runs_unread_waits_for_the_answer_that_was_asked_for_before() -> None:
    leftovers = Leftovers()
    assert leftovers.measure()
    leftovers.note(UNREAD)
    assert leftovers.waiting
    leftovers.measured(b"100_5")
    assert not leftovers.waiting


def test_nothing_waits_behind_what_was_watched_or_ran_all_the_same() -> None:
    leftovers = Leftovers()
    leftovers.note(READ)
    assert leftovers.measure()
    assert not leftovers.waiting
    leftovers = Leftovers()
    assert leftovers.measure()
    leftovers.doubt()
    assert not leftovers.waiting


def test_nothing_waits_any_more_when_the_server_is_idle() -> None:
    leftovers = Leftovers()
    assert leftovers.measure()
    leftovers.settled()
    assert not leftovers.waiting
