"""What the office says when it does not do something."""

from datetime import UTC, datetime

from pgtoll.errors import StoreError
from pgtoll.office.models import Change
from pgtoll.office.refusals import Meanwhile


def test_what_others_did_is_carried_along() -> None:
    change = Change(datetime(2026, 5, 1, tzinfo=UTC), "anna", "grant", "marketing", "bob")
    refused = Meanwhile("anna gave bob a seat", (change,))
    assert isinstance(refused, StoreError)
    assert (str(refused), refused.changes) == ("anna gave bob a seat", (change,))
