"""Why the office does not do what it was asked. Nothing was changed then."""

from pgtoll.errors import StoreError
from pgtoll.office.models import Change


class NotKnown(StoreError):
    """There is no such product, license or page of it."""


class NotPossible(StoreError):
    """What was asked for is not possible, as things are or at all."""


class NotAManager(StoreError):
    """The person acting may not administer licenses, or not any more."""


class Meanwhile(StoreError):
    """Others have changed what the action was based on; it says what they did."""

    def __init__(self, message: str, changes: tuple[Change, ...]) -> None:
        super().__init__(message)
        self.changes = changes
