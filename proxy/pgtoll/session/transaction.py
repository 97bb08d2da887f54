"""What is known of the client's transaction at one point of its stream."""

from pgtoll.session.sureties import Sureties
from pgtoll_policy.facts import Act
from pgtoll_policy.verdict import Kind, Verdict

ENDS_WITH_COMMIT = (Act.COMMIT, Act.PREPARE)
ENDS_TRANSACTION = (Act.COMMIT, Act.PREPARE, Act.ROLLBACK)
ENDS_FAILURE = (*ENDS_TRANSACTION, Act.ROLLBACK_TO)


class Transaction:
    """Follows what is passed on; what the server made of it is told by `answered`."""

    def __init__(self, *, explicit: bool | None = False, failed: bool = False) -> None:
        self.explicit = explicit  # inside a transaction block; None: not known
        self.failed = failed  # the server ignores all but its end
        self.unsettled = False  # something in it is to be checked before it commits
        self.watched = False  # some of that ran unread: what its deferred triggers say is held
        self.judged = False  # some of that was judged so, and did not run while nothing was refused
        self.fills = False  # some of that may have put rows into tables that take only so many
        # Of what is to be checked, since the server was last outside a transaction:
        self.fickle = False  # some was proven, and may have meant another thing when it ran
        self.accounted = False  # some takes the full account, whatever became of the catalog
        self.fires = False  # some may wait for the end of the transaction
        # The first two since the server was last outside a transaction: an end that was passed on
        # may not have been run, because of an error before it.
        self._owed = False
        self._owed_watched = False
        self.sureties = Sureties()

    def __repr__(self) -> str:
        """Say what is not as in the beginning."""
        noted = (
            "failed",
            "unsettled",
            "watched",
            "judged",
            "fills",
            "fickle",
            "accounted",
            "fires",
        )
        true = [name for name in noted if getattr(self, name)]
        owed = ["owed"] * self._owed + ["owed watched"] * self._owed_watched
        return f"<Transaction explicit={self.explicit} {' '.join([*true, *owed])}>"

    @property
    def ran_unread(self) -> bool:
        """Whether something ran unread since the server was last outside a transaction."""
        return self.watched or self._owed_watched

    def apply(self, act: Act | None, *, chains: bool = False) -> None:
        """Follow a statement that begins, ends or rewinds it; or ends it and begins another."""
        if act is Act.BEGIN:
            self.explicit = True
        elif act in ENDS_TRANSACTION:
            self.explicit = chains
            self.failed = self.unsettled = self.watched = self.fills = False
        elif act is Act.ROLLBACK_TO:
            self.failed = False

    def owe(self, verdict: Verdict, *, fickle: bool = False, defers: bool = False) -> None:
        """Note that a statement runs which is to be checked at commit as well."""
        if fickle:
            self.unsettled = self._owed = self.judged = self.fickle = True
            self.fires |= defers
        if verdict.kind in (Kind.CAP, Kind.WATCH):
            self.unsettled = self._owed = self.judged = self.accounted = self.fires = True
            self.watched |= verdict.watch
            self.fills |= verdict.cap
            self._owed_watched |= verdict.watch

    def unread(self) -> None:
        """Note that statements ran which nobody has read."""
        self.unsettled = self.watched = self._owed = self._owed_watched = self.fills = True
        self.accounted = self.fires = True
        self.sureties.doubt()

    def lose_sight(self) -> None:
        """A statement that nobody reads is passed on: it may begin, end or rewind anything."""
        self.explicit, self.failed = None, False
        self.sureties.doubt()

    def answered(self, status: bytes) -> None:
        """Take the server's word, as a ReadyForQuery gives it, for the state of the block."""
        self.explicit, self.failed = status != b"I", status == b"E"

    def over(self) -> None:
        """Nothing is in progress: whatever was owed is settled or undone."""
        self.unsettled = self.watched = self._owed = self._owed_watched = False
        self.fills = self.judged = self.fickle = self.accounted = self.fires = False
        self.sureties.over()

    def not_over(self) -> None:
        """The server is still in a transaction: what was owed in it is owed still."""
        self.unsettled, self.watched = self._owed, self._owed_watched
