"""What a refused user is told: the fields of PostgreSQL's errors, and the way out."""

import shlex
from dataclasses import dataclass

from pgtoll_policy.policy import ProductState, State

INSUFFICIENT_PRIVILEGE = "42501"
CONFIGURATION_LIMIT_EXCEEDED = "53400"
CANNOT_CONNECT_NOW = "57P03"  # pools give the connection up, and look for another


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one refusal."""

    message: str
    detail: str
    hint: str


def no_license(state: ProductState, user: str, table: str) -> Words:
    """Tell that a user lacks the product of a table."""
    message = f'no license for table "{table}" of product "{state.product}" for user "{user}"'
    return Words(message, state.reason, way_out(state, user))


def no_operation(state: ProductState, user: str, code: str) -> Words:
    """Tell that a user lacks the product of an operation or component.

    The functions of schema pgtoll say the same.
    """
    message = f'no license for operation "{code}" of product "{state.product}" for user "{user}"'
    return Words(message, state.reason, way_out(state, user))


def unknown_operation(user: str, code: str) -> Words:
    """Tell that a user wants what no product controls; the functions say the same."""
    return Words(
        f'no product has operation "{code}", which user "{user}" wants to use',
        "no product that is known here names it",
        "Check how it is written, or ask a license administrator to upload its product: "
        "pgtoll license upload FILE",
    )


def cannot_watch(state: ProductState, user: str, why: str, because: str, function: str) -> Words:
    """Tell that a statement may touch a product that the user lacks, and no check would show it."""
    message = f'statement may touch product "{state.product}", not licensed for user "{user}"'
    hint = "Name the tables that are meant in a statement of its own. " + way_out(state, user)
    if function:
        hint = f'A database administrator can trust it: trusted_functions = ["{function}"]'
    return Words(message, f"{why}, which no check can follow: it {because}", hint)


def unread(state: ProductState, user: str, why: str, function: str) -> Words:
    """Tell that a statement may run code which nobody has read, where that is not to run."""
    message = f'statement may touch product "{state.product}", not licensed for user "{user}"'
    detail = f'{why}, and here code that is not read does not run: unread = "refuse"'
    watch = 'have it run watched: unread = "watch"'
    if function:
        trust = f'trust it: trusted_functions = ["{function}"]'
        return Words(message, detail, f"A database administrator can {trust}, or {watch}")
    meant = "Name the tables that are meant in a statement of its own."
    way = way_out(state, user)
    return Words(message, detail, f"{meant} A database administrator can {watch}. {way}")


def over_cap(user: str, table: str, product: str, cap: int) -> Words:
    """Tell that a table of a product in demo mode takes no more rows."""
    return Words(
        f'table "{table}" of product "{product}" is full for user "{user}": '
        f"demo mode allows {cap} rows",
        f'No license of product "{product}" was uploaded, and the table would hold more rows.',
        f'Upload a license for product "{product}": pgtoll license upload FILE. '
        "Deleting rows makes room as well.",
    )


def cannot_count(user: str, why: str, because: str, function: str) -> Words:
    """Tell that a statement may fill a table in demo mode, and nothing can count its rows.

    `function` is the one whose code could not be read, "" if all was.
    """
    hint = "Use a form of the statement that a transaction block allows."
    if function:
        hint = f'A database administrator can trust it: trusted_functions = ["{function}"]'
    return Words(
        f'statement of user "{user}" may fill a table in demo mode',
        f"{why or 'a function inserts rows'}, which no check can follow: it {because}",
        hint,
    )


def cannot_tell(user: str, why: str, function: str) -> Words:
    """Tell that a statement may fill a table in demo mode, and the server does not show which.

    `function` is the one whose code could not be read, "" if all was.
    """
    hint = "Name the tables that get rows in a statement of its own, or upload a license."
    if function:
        hint = f'A database administrator can trust it: trusted_functions = ["{function}"]'
    return Words(
        f'statement of user "{user}" may fill a table in demo mode',
        f"{why or 'what it fills is not all in its text'}, and this server does not show what a "
        "transaction fills (pgtoll doctor tells why)",
        hint,
    )


def failed_unchecked(user: str) -> Words:
    """Tell that a watched statement failed, without what its error may have carried."""
    return Words(
        f'statement of user "{user}" failed before its licenses could be checked',
        "Its own error is withheld: it may carry values of tables the user has no license for.",
        "Name the tables that are meant in a statement of its own to see its errors.",
    )


def unreadable(reason: str, user: str) -> Words:
    """Tell that a statement cannot be judged at all."""
    return Words(
        f'statement of user "{user}" cannot be judged: {reason}',
        "A statement that cannot be judged is refused to users who lack a license.",
        "Write it in a simpler or shorter form, or ask a license administrator for a license.",
    )


def lapsed(user: str, why: str) -> Words:
    """Tell that nobody knows any more what licenses a user has."""
    return Words(
        f'statement of user "{user}" cannot be judged: what is licensed is not known any more',
        why,
        "Run it again in a new connection, through another proxy if there is one. Here it runs "
        "when the store answers again: the proxy's log and /readyz tell what keeps it.",
    )


def unchecked(doubt: str, because: str, user: str) -> Words:
    """Tell what enforcement would have made of a statement behind which nothing can be checked."""
    return Words(
        f'statement of user "{user}" may do what no license allows',
        f"{doubt or 'it may fill a table'}, which no check can follow: it {because}",
        "Name the tables that are meant in a statement of its own.",
    )


def own_setting(setting: str, user: str) -> Words:
    """Tell that nobody but the proxy says whose licenses count."""
    return Words(
        f'parameter "{setting}" cannot be set by user "{user}"',
        "Licenses are those of the login role, unless the key impersonators names it.",
        "Connect as the user whose licenses are meant, or have the role listed as an impersonator.",
    )


def way_out(state: ProductState, user: str) -> str:
    """Return what to do about a product that is refused, with the command for it."""
    if state.state is not State.REFUSED:
        return "Run the statement again."
    product, name = shlex.quote(state.product), shlex.quote(user)
    for start, hint in _WAYS_OUT:
        if state.reason.startswith(start):
            return hint.format(product=product, user=name)
    return _RENEW.format(product=product)


_RENEW = (
    "Ask a license administrator to upload a license in force: pgtoll license upload FILE. "
    "Deleting the licenses brings demo mode back: pgtoll license delete --product {product}"
)
_WAYS_OUT = (
    (
        "user has no seat",
        "Ask a license administrator to grant a seat: pgtoll seats grant {product} {user}",
    ),
    (
        "user's seat is beyond",
        "Ask a license administrator to revoke a seat or to upload a license with more: "
        "pgtoll seats list {product}",
    ),
    (
        "license is not valid before",
        "Wait for that day, or ask a license administrator to upload a license in force: "
        "pgtoll license upload FILE",
    ),
    (
        "license was issued",
        "Check the server's clock, or ask a license administrator to upload a license in force: "
        "pgtoll license upload FILE",
    ),
    (
        "license is for version",
        "Ask a license administrator to request a license for the new version: "
        "pgtoll license request, then pgtoll license upload FILE",
    ),
    (
        "license is for instance",
        "Ask a license administrator to request a license for this instance: "
        "pgtoll license request, then pgtoll license upload FILE",
    ),
    (
        "license is for customer",
        "Ask a license administrator to upload a license for this customer: "
        "pgtoll license upload FILE",
    ),
)
