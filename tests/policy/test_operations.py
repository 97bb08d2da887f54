"""The answer whether a user may use an operation, and what is said of components."""

import pytest
from license_samples import NOW, PERSONAL
from operation_examples import EXAMPLES, NO_SEAT, PART, USE, Example, seat

from pgtoll_policy.documents import Component
from pgtoll_policy.operations import answer, components_notice, missing_components


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_the_answer(example: Example) -> None:
    given = answer(example.policy, example.code, example.user, example.at)
    assert (given.operation, given.user) == (example.code, example.user)
    assert (given.product, given.allowed, given.reason) == (
        example.product, example.allowed, example.reason,
    )  # fmt: skip
    assert (given.message == given.hint == "") is example.allowed


def test_a_refusal_says_who_lacks_what_and_what_to_do() -> None:
    given = answer(Example((PERSONAL,)).policy, USE, "bob", NOW)
    assert given.message == (
        'no license for operation "MrktApp.Use" of product "marketing" for user "bob"'
    )
    assert given.hint.endswith("pgtoll seats grant marketing bob")


def test_a_mistake_in_a_code_is_told_from_a_missing_license() -> None:
    given = answer(Example(()).policy, "MrktApp.Uze", "bob", NOW)
    assert given.message == 'no product has operation "MrktApp.Uze", which user "bob" wants to use'
    assert "how it is written" in given.hint


def test_components_are_missing_like_operations() -> None:
    part, use, other = Component(PART, "Part"), Component(USE, "Use"), Component("Other", "Other")
    seated = Example((PERSONAL,), (seat("bob"),)).policy
    assert missing_components(seated, (use, other, part), "bob", NOW) == (other,)
    assert missing_components(seated, (use, part), "eve", NOW) == (use, part)
    assert answer(seated, PART, "eve", NOW).reason == NO_SEAT


def test_the_notice_is_to_the_letter() -> None:
    parts = (Component("A.Use", "Use of A"), Component("B.Use", "Use, of “B”"))
    assert components_notice(parts[:1], "MrktApp") == (
        "You have no license for the following components: “Use of A” (MrktApp). "
        "Contact the system administrator to receive the license. "
        "Otherwise, access to the components will be forbidden."
    )
    assert components_notice(parts, "MrktApp") == (
        "You have no license for the following components: “Use of A” (MrktApp), "
        "“Use, of “B”” (MrktApp). Contact the system administrator to receive the license. "
        "Otherwise, access to the components will be forbidden."
    )
