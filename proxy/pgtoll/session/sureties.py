"""What reading has proven of a transaction that no account of it can tell.

The server counts a row that moves to another partition as inserted, and shows of a cursor WITH
HOLD only that there is one. As long as nothing has run but what was read, both are known.
"""

from pgtoll.session.effects import NO_TABLES, Ruling

# What stands for the cursors among the numbers that the database is told (schema/0027_sure.sql).
CURSORS = -1
_LAST = (1 << 31) - 1  # of the oids that can be told
# They run the query of a cursor of this transaction, which was noted when that was opened; one that
# is held from an earlier transaction has all its rows.
_RESUMING = frozenset({"fetch", "move"})


class Sureties:
    """Of all that ran since the server was last outside a transaction."""

    def __init__(self) -> None:
        self.doubted = False  # something ran that was not read, or that changed the catalog
        self.holds = False  # a cursor was declared that outlives it
        self.moved: set[int] = set()  # partitioned tables that were changed
        self.filled: set[int] = set()  # tables that may have got new rows

    def note(self, ruling: Ruling) -> None:
        """Note a statement that runs, or is planned."""
        statement, fills = ruling.statement, ruling.fills
        if statement.verb in _RESUMING:
            return
        self.doubted |= ruling.opaque or statement.ddl or fills is None
        self.holds |= statement.holds
        self.moved |= ruling.moves
        self.filled |= fills or NO_TABLES

    def doubt(self) -> None:
        """Note that something ran which nobody has read."""
        self.doubted = True

    def over(self) -> None:
        """Nothing is in progress any more."""
        self.doubted = self.holds = False
        self.moved.clear()
        self.filled.clear()

    @property
    def numbers(self) -> tuple[int, ...]:
        """What the database is told: negative oids of tables in which rows have only moved."""
        if self.doubted or not (self.holds or self.moved):
            return ()
        moved = sorted(one for one in self.moved - self.filled if one <= _LAST)
        return (*((CURSORS,) if self.holds else ()), *(-one for one in moved))
