"""Who the client's user is, at one point of the stream of a session that may name it.

Such a session is an application server's: it names its end user in the setting pgtoll.user, with
PostgreSQL's own rules for SET. The server knows what these rules come to, but reports no setting
that is not its own, so it is asked behind everything that may have changed it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pgtoll.session.effects import Judge, Ruling
from pgtoll_policy.facts import ANY_SETTING, Act, Statement
from pgtoll_policy.spelling import LICENSE_USER

ASK_USER = b"SELECT pg_catalog.current_setting('pgtoll.user', true)"
Rulings = tuple[Ruling, ...]

# A cancellation, or a time limit of the client's, may hit our question.
MOST_QUESTIONS = 5

NOT_KNOWN = (
    "whose licenses count is not known here: send what names the user as a message of its own"
)

_CHANGED_BY = frozenset({LICENSE_USER, "all", ANY_SETTING})
# What may bring back the name from before the transaction, or before a savepoint.
_REWINDS = frozenset({Act.COMMIT, Act.PREPARE, Act.ROLLBACK, Act.ROLLBACK_TO})
# Statements that reach nothing whoever the user is.
_FOR_ALL = frozenset({"set", "reset", "show", "discard", "listen", "unlisten", "close"})


@dataclass(slots=True)
class Identity:
    """Follows what may change the user that a session has named.

    What a transaction names by constants alone is known without a question, and so is what its end
    brings back.
    """

    follows: bool  # the session may name its user
    user: str = ""  # who was named last; nobody is the login role
    unknown: bool = False  # the server is asked before another statement is judged
    moved: bool = False  # this transaction may have changed it, and its end may change it back
    before: str | None = ""  # who it was before this transaction changed it, if that is known
    lasting: bool = False  # what changed it may outlast the transaction
    foretold: bool = False  # what an end brings back, before the server has answered
    asking: bool = False  # in a round of our own
    unanswered: int = 0  # questions in a row

    def __post_init__(self) -> None:
        self.unknown = self.follows  # a startup option, or one of the role's, may name one

    def note(self, statement: Statement, *, opaque: bool, in_block: bool) -> str | None:
        """Note a statement that is passed on; return who the user is from here on, if that is told.

        Outside a block SET LOCAL comes to nothing.
        """
        if not self.follows:
            return None
        if may_name(statement, opaque=opaque):
            return self._move(statement, opaque=opaque, in_block=in_block)
        if self.moved and statement.act in _REWINDS:
            return self._rewind(statement)
        return None

    def _move(self, statement: Statement, *, opaque: bool, in_block: bool) -> str | None:
        if not self.moved:
            self.before, self.lasting = None if self.unknown else self.user, False
        known = not (opaque or self.unknown) and (in_block or not statement.local)
        self.moved = True
        self.lasting |= opaque or self.unknown or not statement.local
        if not known or statement.names_user is None:
            self.unknown = True
            return None
        self.user = statement.names_user
        return self.user

    def _rewind(self, statement: Statement) -> str | None:
        undone = statement.act is Act.ROLLBACK
        ended = undone or statement.act is Act.COMMIT
        surely = ended and not statement.chains and (undone or not self.lasting)
        if self.unknown or not surely or self.before is None:
            self.unknown = True
            return None
        self.moved, self.foretold = False, True
        self.user = self.before
        return self.user

    def doubt(self) -> None:
        """An error has undone something, or kept something from being done."""
        self.unknown |= self.follows and (self.moved or self.foretold)

    def answered(self, user: str, *, idle: bool) -> None:
        """The server has said who it is; `idle` is outside a transaction."""
        self.user, self.unknown, self.asking, self.unanswered = user, False, False, 0
        self.moved &= not idle
        self.lasting = True  # whatever was asked for, its end is asked for as well

    def settled(self) -> None:
        """The server has answered everything, and is outside a transaction."""
        if not self.unknown:
            self.moved = self.foretold = False

    def turn(self, rulings: Sequence[Ruling], after: int = 0) -> int:
        """Return the place of the statement of a text behind which another user may count.

        The number of statements when there is none with any behind it that would matter.
        """
        for at, ruling in enumerate(rulings[after:], after):
            statement = ruling.statement
            rewinds = (self.moved or after) and statement.act in _REWINDS
            if rewinds or may_name(statement, opaque=ruling.opaque):
                behind = rulings[at + 1 :]
                return len(rulings) if all(map(is_for_all, behind)) else at
        return len(rulings)


def may_name(statement: Statement, *, opaque: bool) -> bool:
    """Tell whether a statement may give the setting another value."""
    return opaque or not _CHANGED_BY.isdisjoint(statement.settings)


def is_for_all(ruling: Ruling) -> bool:
    """Tell whether a statement reaches nothing whoever the user is."""
    statement = ruling.statement
    return statement.act is not None or statement.verb in _FOR_ALL


def ruled(
    judge: Judge, identity: Identity, sql: bytes, rulings: Rulings | None, doubt: str
) -> Rulings | None:
    """Return the rulings on a text that may name another user on its way.

    Where the text begins so, and by a constant, all of it is judged for that user. What stands
    behind anything else that may name one is refused.
    """
    if not identity.follows or rulings is None or len(rulings) < 2:
        return rulings
    at = identity.turn(rulings)
    if at == len(rulings):
        return rulings
    name = rulings[at].statement.names_user
    if name is not None and all(map(is_for_all, rulings[:at])):
        judge.identify(name)
        rulings = judge.rule(sql, doubt)
        if rulings is None:
            return None
        at = identity.turn(rulings, at + 1)
    refused = judge.rule_unreadable(NOT_KNOWN)
    behind = (
        one if is_for_all(one) else refused._replace(statement=one.statement)
        for one in rulings[at + 1 :]
    )
    return (*rulings[: at + 1], *behind)
