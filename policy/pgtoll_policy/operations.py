"""Whether a user may use an operation or a component: the one answer, whoever asks and however."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pgtoll_policy.documents import Component
from pgtoll_policy.policy import Policy, State
from pgtoll_policy.wording import no_operation, unknown_operation


@dataclass(frozen=True, slots=True)
class Answer:
    """What speaks against using an operation or component, or for it."""

    operation: str
    user: str
    product: str  # the first that refuses, or else the first that controls it; "" when none does
    allowed: bool
    message: str  # of the refusal, "" when it is allowed
    reason: str  # one clause
    hint: str  # what to do about a refusal


def answer(policy: Policy, code: str, user: str, now: datetime) -> Answer:
    """Return whether the user may use it, and why.

    Several products may control it, and each must let the user. A code that no product names is
    refused: it is a mistake, or its product was not uploaded.
    """
    states = policy.element_states(code, user, now)
    if not states:
        words = unknown_operation(user, code)
        return Answer(code, user, "", False, words.message, words.detail, words.hint)
    first = min(states, key=lambda one: (one.state is not State.REFUSED, one.product))
    if first.state is not State.REFUSED:
        return Answer(code, user, first.product, True, "", first.reason, "")
    words = no_operation(first, user, code)
    return Answer(code, user, first.product, False, words.message, words.detail, words.hint)


def missing_components(
    policy: Policy, components: Iterable[Component], user: str, now: datetime
) -> tuple[Component, ...]:
    """Return those of a package's components that the user has no license for."""
    return tuple(one for one in components if not answer(policy, one.code, user, now).allowed)


def components_notice(components: Iterable[Component], package: str) -> str:
    """Return what somebody is told who installs a package and lacks these components of it."""
    items = ", ".join(f"“{one.name}” ({package})" for one in components)
    return (
        f"You have no license for the following components: {items}. Contact the system "
        "administrator to receive the license. Otherwise, access to the components will be "
        "forbidden."
    )
