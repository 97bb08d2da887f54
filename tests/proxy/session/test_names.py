"""Names stand for exactly what the server has, whatever failed and whatever is still in flight."""

import pytest

from pgtoll.session import names as names_module
from pgtoll.session.names import NAME_BYTES, NO_CHANGES, UNREAD, Names, Prepared


def prepared(names: Names, name: bytes = b"a") -> bytes | None:
    found = names.statement(name)
    return found.sql if found else None


def answer(names: Names, failed_at: int | None = None, *, idle: bool = True) -> None:
    """End the round, and have the server answer it."""
    names.answered(names.end_round(), failed_at, idle=idle)


def test_a_name_stands_for_what_was_parsed_last_in_this_round() -> None:
    names = Names()
    names.parse(b"", b"one", 0)
    names.parse(b"", b"two", 1)
    assert prepared(names, b"") == b"two"


def test_a_parse_that_failed_does_not_replace_what_the_name_stands_for() -> None:
    names = Names()
    names.parse(b"a", b"one", 0)
    answer(names)
    names.parse(b"a", b"two", 0)
    answer(names, failed_at=0)
    assert prepared(names) == b"one"


def test_of_a_failed_round_what_ran_before_the_error_counts_and_nothing_behind_it() -> None:
    names = Names()
    names.parse(b"", b"ran", 0)
    names.parse(b"", b"skipped", 2)
    names.parse(b"", b"skipped as well", 3)
    answer(names, failed_at=1)
    assert prepared(names, b"") == b"ran"


def test_a_close_that_was_skipped_leaves_the_name() -> None:
    names = Names()
    names.parse(b"a", b"one", 0)
    answer(names)
    names.close(b"S", b"a", 1)
    answer(names, failed_at=0)
    assert prepared(names) == b"one"
    names.close(b"S", b"a", 0)
    answer(names)
    assert names.statement(b"a") is None


def test_a_name_is_not_certain_while_its_parse_is_in_flight() -> None:
    names = Names()
    names.parse(b"a", b"one", 0)
    assert names.statements.certain(b"a")
    round_ = names.end_round()
    assert not names.statements.certain(b"a")
    assert names.statements.certain(b"b")
    names.answered(round_, None, idle=True)
    assert names.statements.certain(b"a")


def test_two_rounds_in_flight_are_both_waited_for() -> None:
    names = Names()
    names.parse(b"a", b"one", 0)
    first = names.end_round()
    names.close(b"S", b"a", 0)
    second = names.end_round()
    names.answered(first, None, idle=True)
    assert not names.statements.certain(b"a")
    names.answered(second, None, idle=True)
    assert names.statement(b"a") is None


def test_portals_end_with_the_transaction() -> None:
    names = Names()
    names.parse(b"a", b"one", 0)
    names.bind(b"p", b"a", 1)
    answer(names, idle=False)
    assert names.portal(b"p") == Prepared(b"one", 0)
    answer(names)
    assert names.portal(b"p") is None


def test_the_unnamed_portal_of_a_failed_bind_is_the_older_one() -> None:
    names = Names()
    names.parse(b"a", b"one", 0)
    names.bind(b"", b"a", 1)
    answer(names, idle=False)
    names.parse(b"", b"two", 1)
    names.bind(b"", b"", 2)
    answer(names, failed_at=0, idle=False)
    assert names.portal(b"") == Prepared(b"one", 0)


def test_closing_a_portal_forgets_it() -> None:
    names = Names()
    names.bind(b"p", b"", 0)
    names.close(b"P", b"p", 1)
    assert names.portal(b"p") is None


def test_the_unnamed_statement_belongs_to_no_era() -> None:
    names = Names()
    names.parse(b"", b"one", 0)
    names.taint()
    names.parse(b"a", b"two", 1)
    assert names.statement(b"") == Prepared(b"one")
    assert names.statement(b"a") == Prepared(b"two", 1)


def test_a_round_that_the_server_did_not_end_goes_on() -> None:
    names = Names()
    names.parse(b"a", b"one", 0)
    round_ = names.end_round()
    names.parse(b"b", b"two", 0)
    names.reopen(round_, 3)
    assert prepared(names) == b"one"
    answer(names, failed_at=3)  # the Parse of b, which has three messages before it now
    assert prepared(names) == b"one"
    assert names.statement(b"b") is None


def test_rounds_that_are_alike_share_one_copy() -> None:
    names = Names()
    rounds = []
    for _ in range(3):
        names.parse(b"", b"one", 0)
        rounds.append(names.end_round())
    assert rounds[0] is rounds[1] is rounds[2]
    assert names.end_round() is NO_CHANGES


def test_text_beyond_the_bound_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names_module, "KEPT_BYTES", 10)
    names = Names()
    names.parse(b"a", b"123456", 0)
    names.parse(b"b", b"1234567", 1)
    names.parse(b"c", b"1234", 2)
    answer(names)
    assert prepared(names) == b"123456"
    assert names.statement(b"b") == UNREAD
    assert prepared(names, b"c") == b"1234"


def test_replacing_and_closing_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names_module, "KEPT_BYTES", 10)
    names = Names()
    for sql in (b"123456", b"654321"):
        names.parse(b"a", sql, 0)
        answer(names)
        assert prepared(names) == sql
    names.close(b"S", b"a", 0)
    names.parse(b"b", b"12345678", 1)
    answer(names)
    assert prepared(names, b"b") == b"12345678"


def test_with_more_names_than_are_kept_an_unknown_one_is_unread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(names_module, "KEPT_NAMES", 1)
    names = Names()
    names.parse(b"a", b"one", 0)
    names.parse(b"b", b"two", 1)
    answer(names)
    assert prepared(names) == b"one"
    assert names.statement(b"b") == UNREAD
    assert names.portal(b"p") == UNREAD


def test_names_that_the_server_shortens_to_the_same_are_one_name() -> None:
    one, other = (b"n" * NAME_BYTES + end for end in (b"1", b"2"))
    names = Names()
    names.parse(one, b"one", 0)
    names.bind(one, other, 1)
    names.close(b"S", other, 2)
    names.parse(other, b"two", 3)
    assert prepared(names, one) == b"two"
    bound = names.portal(other)
    assert bound is not None
    assert bound.sql == b"one"
    assert names.portals.certain(one)
    answer(names)
    assert prepared(names, one + b"more") == b"two"


def test_of_a_name_that_may_have_been_converted_nothing_is_known() -> None:
    names = Names()
    names.parse(b"\xc3\xa9", b"one", 0)
    names.bind(b"\xc3\xa9", b"\xc3\xa9", 1)
    assert prepared(names, b"\xc3\xa9") == b"one"
    names.close(b"S", b"\xe9", 2, converted=True)
    assert names.statement(b"\xc3\xa9") is UNREAD
    assert names.portal(b"\xc3\xa9") is UNREAD
    assert names.statement(b"never seen \xe9") is UNREAD


def test_a_converted_name_leaves_those_in_ascii_alone() -> None:
    names = Names()
    names.parse(b"a", b"one", 0, converted=True)
    names.parse(b"a" * NAME_BYTES + b"\xe9", b"long", 1, converted=True)
    names.bind(b"\xe9", b"a", 2, converted=True)
    assert prepared(names) == b"one"
    assert prepared(names, b"a" * NAME_BYTES) == b"long"
    assert names.portal(b"\xe9") is UNREAD


def test_what_was_prepared_before_may_be_named_again() -> None:
    names = Names()
    names.parse(b"", b"one", 0)
    first = names.statement(b"")
    assert first is not None
    names.parse(b"", b"two", 1)
    names.stands_for(first, 2)
    names.binds_to(first, 3)
    assert names.statement(b"") is first
    assert names.portal(b"") is first
    answer(names, failed_at=2)
    assert prepared(names, b"") == b"two"
    assert names.portal(b"") is None
