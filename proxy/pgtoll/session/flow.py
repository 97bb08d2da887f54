"""What the short way looks at with every message; compiled, these are fields of a C structure."""

from pgtoll.session.names import Names
from pgtoll.session.rounds import SYNC_ROUND, Rounds
from pgtoll.session.transaction import Transaction


class Flow:
    """How far the messages of both directions are."""

    __slots__ = (
        *("acted", "altered", "clear", "closing", "copies_pass", "copy_due", "copy_ended"),
        *("copy_in", "done", "failed_at", "names", "replies_pass", "requests_pass", "rewound"),
        *("roll_back", "rounds", "sent", "skipping", "statement_limit", "tx"),
    )

    # Bytes of the client's, and of the server's, may take the short way, by all that only the long
    # way changes: it says so when it has been taken (`clear.look`).
    requests_pass: bool
    copies_pass: bool  # and those of a COPY FROM STDIN
    replies_pass: bool
    statement_limit: int  # bytes of a message that may be read
    clear: bool  # the client's user lacked nothing when last asked: nothing is read
    names: Names
    tx: Transaction
    rounds: Rounds  # ReadyForQuerys that are due; the first opens the session
    sent: int  # extended messages passed on since the last Sync or Query, ours included
    done: int  # replies that ended one, since the last ReadyForQuery
    failed_at: int | None  # how many were done when the round being answered failed
    altered: bool  # this transaction may have changed the catalog
    skipping: bool  # the server ignores everything up to the client's Sync
    copy_due: bool  # the server has yet to say whether it takes copy data
    copy_in: bool  # the server takes copy data and ignores Sync
    copy_ended: bool  # the client has ended copy data that the server did not ask for yet
    roll_back: bool  # a check before COMMIT failed: the block is ours to end
    acted: bool  # a statement since the last Sync may have begun or ended a transaction
    rewound: bool  # or has gone back to a savepoint
    closing: str  # why the session ends once all that is written has gone out

    def begin(self, statement_limit: int) -> None:
        """Nothing was sent yet, and the server is to open the session."""
        self.requests_pass = self.copies_pass = self.replies_pass = False
        self.statement_limit = statement_limit
        self.names, self.tx = Names(), Transaction()
        self.rounds = Rounds(SYNC_ROUND)
        self.sent = self.done = 0
        self.failed_at = None
        self.clear = self.altered = self.skipping = self.acted = self.rewound = False
        self.copy_due = self.copy_in = self.copy_ended = self.roll_back = False
        self.closing = ""
