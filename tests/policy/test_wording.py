"""What a refused user is told, and what to do about it."""

import pytest

from pgtoll_policy.policy import ProductState, State
from pgtoll_policy.wording import (
    cannot_count,
    cannot_watch,
    failed_unchecked,
    no_license,
    over_cap,
    own_setting,
    unread,
    unreadable,
    way_out,
)


def _state(reason: str) -> ProductState:
    return ProductState("marketing", "Marketing", State.REFUSED, reason)


@pytest.mark.parametrize(
    ("reason", "command"),
    [
        ("user has no seat of the personal license", "pgtoll seats grant marketing bob"),
        ("user's seat is beyond the 2 that were bought", "pgtoll seats list marketing"),
        ("license is not valid before 2027-01-01", "pgtoll license upload FILE"),
        ("license was issued on 2027-01-01, after the present time", "server's clock"),
        ("license expired on 2026-01-31", "pgtoll license delete --product marketing"),
        ("license was revoked", "pgtoll license delete --product marketing"),
        ("license is for version 1, product is version 2", "pgtoll license request"),
        ("license is for instance 8, this is instance 7", "request a license for this instance"),
        ('license is for customer "x"', "for this customer: pgtoll license upload FILE"),
    ],
)
def test_the_hint_is_what_helps_against_the_reason(reason: str, command: str) -> None:
    assert command in way_out(_state(reason), "bob")


def test_names_in_commands_can_be_typed_into_a_shell() -> None:
    hint = way_out(_state("user has no seat of the personal license"), "bob's friend")
    assert hint.endswith("pgtoll seats grant marketing 'bob'\"'\"'s friend'")


def test_a_refusal_names_table_product_and_user() -> None:
    words = no_license(_state("license was revoked"), "bob", "t")
    assert words.message == 'no license for table "t" of product "marketing" for user "bob"'
    assert words.detail == "license was revoked"


def test_what_cannot_be_watched_without_a_function_to_trust() -> None:
    words = cannot_watch(_state("license was revoked"), "bob", "a DO block", "does x", "")
    assert words.detail == "a DO block, which no check can follow: it does x"
    assert words.hint.startswith("Name the tables")


def test_our_own_settings() -> None:
    assert "Connect as the user" in own_setting("pgtoll.user", "bob").hint


def test_what_cannot_be_watched_with_a_function_to_trust() -> None:
    words = cannot_watch(_state("license was revoked"), "bob", "f", "does x", "public.f")
    assert words.hint.endswith('trusted_functions = ["public.f"]')


def test_a_product_that_is_not_refused_any_more() -> None:
    state = ProductState("marketing", "Marketing", State.LICENSED, "server license")
    assert way_out(state, "bob") == "Run the statement again."


def test_a_full_table() -> None:
    words = over_cap("bob", "t", "marketing", 7)
    assert words.message.endswith('is full for user "bob": demo mode allows 7 rows')


def test_every_refusal_names_the_user() -> None:
    for words in (failed_unchecked("bob"), unreadable("it is too deep", "bob")):
        assert '"bob"' in words.message


def test_what_cannot_be_counted_says_how_to_trust_it() -> None:
    words = cannot_count("bob", 'function "public.f" runs code', "refuses a block", "public.f")
    assert words.message == 'statement of user "bob" may fill a table in demo mode'
    assert words.detail.endswith("runs code, which no check can follow: it refuses a block")
    assert words.hint.endswith('trusted_functions = ["public.f"]')


def test_what_is_known_to_insert_cannot_be_trusted_away() -> None:
    words = cannot_count("bob", "", "refuses a block", "")
    assert words.detail.startswith("a function inserts rows, which no check can follow")
    assert "trust" not in words.hint


def test_code_that_is_not_read_says_how_to_trust_or_watch_it() -> None:
    words = unread(_state("license was revoked"), "bob", "function f runs code", "public.f")
    assert words.message == 'statement may touch product "marketing", not licensed for user "bob"'
    assert words.detail.startswith("function f runs code, and here code that is not read")
    assert 'trusted_functions = ["public.f"], or have it' in words.hint
    words = unread(_state("license was revoked"), "bob", "a DO block", "")
    assert "trusted_functions" not in words.hint
    assert 'unread = "watch". Ask' in words.hint
