"""What a license administrator is told at login: what has run out lately, and what soon will."""

from datetime import datetime, timedelta

from pgtoll_policy.policy import Expiry, Policy
from pgtoll_policy.wording import Words

DAYS = timedelta(days=30)  # before and after
MOST = 10  # reminders of one login; the rest are counted


def reminders(policy: Policy, now: datetime) -> tuple[Words, ...]:
    """Return what is to be told of licenses, the earliest first. It names products and no users."""
    due = [one for one in policy.expiring(now, DAYS) if not one.over or now - one.at <= DAYS]
    due.sort(key=lambda one: (one.at, one.product))
    told = tuple(map(_reminder, due[:MOST]))
    if rest := len(due) - len(told):
        told += (Words(f"licenses of {rest} more products need attention", "", _LIST),)
    return told


_LIST = "See them all: pgtoll license list"


def _reminder(expiry: Expiry) -> Words:
    """Tell of one product, by its code: that can be read in every encoding."""
    message = f'product "{expiry.product}": {expiry.reason}'
    detail = "Its users will be refused from then on, unless another license follows it."
    if expiry.over:
        detail = "Its users are refused. Deleting its licenses brings demo mode back."
    hint = (
        f"Request a license: pgtoll license request --want {expiry.product}[=SEATS] --version V "
        "--out FILE.tlr; when the vendor has answered: pgtoll license upload FILE"
    )
    return Words(message, detail, hint)
