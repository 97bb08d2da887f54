"""Where code that is not read does not run: what older statements have prepared is judged again.

EXECUTE, FETCH and the end of a transaction run what was judged when it came, perhaps by a picture
or a configuration that is not in force any more. So the texts of SQL's PREPARE are kept.
"""

from collections.abc import Sequence

from pgtoll.session.conversation import Conversation
from pgtoll.session.effects import Ruling
from pgtoll_policy.facts import Statement
from pgtoll_policy.identifiers import truncate
from pgtoll_policy.verdict import Kind

RAN = "code that is not read has run in this transaction"
MAY_HAVE_PREPARED = "code that is not read has run in this session, and may have prepared it"
NOT_KNOWN = "it is not known what was prepared by this name"


def judged_again(c: Conversation, rulings: Sequence[Ruling]) -> tuple[Ruling, ...] | None:
    """Return the rulings, of which those are refused that may run what older statements have left
    and nobody has read; None, and facts are asked for, while they are not known."""
    if not c.judge.strict:
        return tuple(rulings)
    found: list[Ruling] = []
    for ruling in rulings:
        why: str | None = ""
        if ruling.resumes and ruling.verdict.kind is not Kind.REFUSE and not ruling.noted:
            why = _why(c, ruling.statement, found)
        if why is None:
            return None
        found.append(c.judge.refuse_unread(ruling, why) if why else ruling)
    return tuple(found)


def _why(c: Conversation, statement: Statement, before: Sequence[Ruling]) -> str | None:
    """Return why a statement may run what is not read, "" if it does not, None if not known yet."""
    name = statement.executes
    if name is None:  # a cursor, or the end of the transaction
        return RAN if c.leftovers.resumed.opened_unread else ""
    if any(one.statement.prepares == name for one in before):
        return ""  # it was judged in this very text, or nothing behind that is run
    return _why_named(c, truncate(name))


def _why_named(c: Conversation, name: str) -> str | None:
    resumed, key = c.leftovers.resumed, name.encode()
    if resumed.ran:
        return MAY_HAVE_PREPARED
    texts = resumed.texts.get(name, frozenset())
    if not c.names.statements.certain(key) or not name.isascii():
        return NOT_KNOWN
    if message := c.names.statement(key):
        if message.sql is None:
            return NOT_KNOWN
        texts |= {message.sql}
    if not texts and resumed.missed:
        return NOT_KNOWN
    return _why_texts(c, texts)


def _why_texts(c: Conversation, texts: frozenset[bytes]) -> str | None:
    for text in sorted(texts):
        rulings = c.judge.rule(text, c.doubt)
        if rulings is None:
            c.learn(text)
            return None
        for ruling in rulings:
            verdict = ruling.noted or ruling.verdict
            if verdict.kind is Kind.REFUSE:
                return f"what was prepared by it is refused: {verdict.detail}"
            if ruling.resumes:
                return NOT_KNOWN
    return ""


def is_read(c: Conversation, *, cursor: bool, named: bool) -> bool | None:
    """Tell whether all is read that SQL may have made of a name: of a `cursor` in this transaction,
    or where it is of a `named` statement, in the session. None, as above."""
    resumed = c.leftovers.resumed
    if cursor and resumed.opened_unread:
        return False
    if not named:
        return True
    if resumed.ran or resumed.missed or not c.judge.strict:
        return not (resumed.ran or resumed.missed)
    why = _why_texts(c, frozenset[bytes]().union(*resumed.texts.values()))
    return None if why is None else not why
