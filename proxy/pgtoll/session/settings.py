"""Whether the settings that a text is read under are known, at one point of the client's stream."""

from dataclasses import dataclass

from pgtoll_policy.facts import ANY_SETTING, Act, Statement

REPORTED = frozenset({b"client_encoding", b"standard_conforming_strings"})

_CHANGED_BY = frozenset({"client_encoding", "standard_conforming_strings", "all", ANY_SETTING})
# What may bring back the values from before the transaction, or before a savepoint.
_REWINDS = frozenset({Act.COMMIT, Act.PREPARE, Act.ROLLBACK, Act.ROLLBACK_TO})


def reads_the_same(sql: bytes) -> bool:
    """Whether a text has one meaning whatever those settings are."""
    return sql.isascii() and b"\\" not in sql


@dataclass(slots=True)
class Settings:
    """Follows what may change client_encoding and standard_conforming_strings, and some reports.

    The server reports their values with a ReadyForQuery and not before ("Asynchronous Operations"),
    so behind a statement that may change one the values are unknown until its round is answered.
    """

    reports: int = 0  # how many values the server has reported
    moved: bool = False  # this transaction may have changed one, and its end may change it back
    in_round: bool = False  # a message of the round in progress may have changed one
    in_flight: bool = False  # a message of a round that is not answered yet may have
    read_only: bool = False  # transactions are, unless they say otherwise
    standby: bool = False  # and may not say otherwise
    client: bytes = b""  # the encoding in which it is sent text, by the last report
    server: bytes = b""  # that of the database

    @property
    def converts(self) -> bool:
        """Whether the server may convert what is sent to it now."""
        return self.in_round or self.in_flight or not self.client == self.server != b""

    def report(self, name: bytes, value: bytes) -> None:
        """The server tells of a parameter."""
        self.reports += name in REPORTED
        if name == b"default_transaction_read_only":
            self.read_only = value == b"on"
        elif name == b"in_hot_standby":
            self.standby = value == b"on"
        elif name == b"client_encoding":
            self.client = value
        elif name == b"server_encoding":
            self.server = value

    def note(self, statement: Statement, *, opaque: bool) -> None:
        """Note a statement that is passed on."""
        if opaque or not _CHANGED_BY.isdisjoint(statement.settings):
            self.moved = self.in_round = True
        elif self.moved and statement.act in _REWINDS:
            self.in_round = True

    def doubt(self) -> None:
        """Statements ran or will run that nobody has read."""
        self.moved = self.in_round = self.in_flight = True

    def end_round(self) -> None:
        """The client has ended a round."""
        self.in_flight |= self.in_round
        self.in_round = False

    def answered(self, *, idle: bool) -> None:
        """The server has answered every round; `idle` is outside a transaction."""
        self.in_flight = False
        if idle and not self.in_round:
            self.moved = False
