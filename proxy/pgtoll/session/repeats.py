"""Statements that one pipeline sends again and again: read once, and then the short way.

Where the long way has passed a plain statement on, it would do the same with the same statement
again: it adds the same steps, and all else that it notes is noted already. So as long as nothing
but such statements has come since, in the same bytes from the client, their messages are only
counted. Between those bytes and the next anything may change: then everything is read anew.
"""

from pgtoll.session.conversation import Conversation
from pgtoll.session.names import Prepared
from pgtoll.session.plans import Plan
from pgtoll.session.replies import Step, StepKind
from pgtoll.wire import heads
from pgtoll_policy.verdict import Kind

_PARSE, _BIND, _EXECUTE, _DESCRIBE = b"PBED"
_PORTAL, _UNNAMED = b"P\0", b""
# They run at once, and leave nothing by which later statements are judged.
_PLAIN_VERBS = frozenset({"select", "insert", "update", "delete", "merge"})
_PASSES = (Kind.ALLOW, Kind.CAP)
# Fewer Executes are not worth looking for.
LEAST = 3


class Repeat:
    """A plain statement that was passed on, and the steps that its messages were."""

    def __init__(self, prepared: Prepared, sql: bytes) -> None:
        self.prepared = prepared
        self.sql = sql
        self.parsed: Step | None = None  # where steps are followed
        self.bound: Step | None = None
        self.ran: Step | None = None
        self.described = Step(StepKind.CLIENT, sql=sql)
        self.whole = False  # it was bound and run
        self.tracked = False  # in a round whose steps are followed
        self.plan: Plan | None = None
        self.times = 0  # it was judged, since that was last told


class Repeats:
    """What bytes of the client's have said so far that they may say again."""

    def __init__(self) -> None:
        self.known: dict[bytes, Repeat] = {}  # by the name of the prepared statement
        self.texts: dict[bytes, Repeat] = {}  # by the Parse of the unnamed one, as it came
        self.sure = False  # the last message taken the long way changes nothing of that
        self._bound: Repeat | None = None  # to the unnamed portal

    def forget(self) -> None:
        """Something has come that is not plain."""
        self.known.clear()
        self.texts.clear()
        self._bound = None

    def parse(self, c: Conversation, data: bytes, plan: Plan) -> None:
        """A Parse of the unnamed statement was passed on."""
        prepared = c.names.statement(_UNNAMED)
        if prepared is None or prepared.sql is None or not is_plain(c, plan):
            return
        one = Repeat(prepared, prepared.sql)
        one.parsed, one.tracked = _last_step(c), c.tracked
        self.texts[data] = self.known[_UNNAMED] = one
        self._bound, self.sure = None, True

    def bind(self, c: Conversation, name: bytes, plan: Plan) -> None:
        """A Bind to the unnamed portal was passed on."""
        prepared = c.names.portal(_UNNAMED)
        if prepared is None or not is_plain(c, plan):
            return
        one = self.known.get(name)
        if one is None or one.prepared is not prepared or one.tracked is not c.tracked:
            if not name:  # an older one, or its Parse was in a round that was not followed yet
                self.texts.clear()
            one = self.known[name] = Repeat(prepared, plan.sql)
        one.bound, one.tracked, one.plan = _last_step(c), c.tracked, plan
        self._bound, self.sure = one, True

    def execute(self, c: Conversation, plan: Plan) -> None:
        """An Execute of the unnamed portal was passed on."""
        one = self._bound
        if one is None or one.prepared is not c.names.portal(_UNNAMED) or not is_plain(c, plan):
            return
        if one.tracked is not c.tracked:
            return
        one.ran, one.plan, one.whole, self.sure = _last_step(c), plan, True, True

    def describe(self) -> None:
        """A Describe of a portal was passed on."""
        self.sure = True


def _last_step(c: Conversation) -> Step | None:
    return c.replies.steps[-1] if c.tracked else None


def is_plain(c: Conversation, plan: Plan) -> bool:
    """Whether a statement that was passed on would be passed on again just so."""
    ruling, statement = plan.ruling, plan.statement
    if statement is None or statement.verb not in _PLAIN_VERBS or c.doubt or c.judge.recording:
        return False
    if plan.act is not None or plan.copies_in or plan.may_commit or plan.prepares is not None:
        return False
    if ruling.verdict.kind not in _PASSES or ruling.noted or ruling.rejected or ruling.opaque:
        return False
    if ruling.hides or ruling.first or ruling.resumes or statement.ddl or statement.settings:
        return False
    return not (statement.names_user is not None or c.leftovers.stained or c.analysed)


def may_repeat(data: bytes, at: int) -> bool:
    """Whether enough statements are run in these bytes, of which a message begins `at`."""
    size, count = len(data), 0
    while size - at >= heads.HEAD_BYTES:
        if heads.kind_at(data, at) == _EXECUTE:
            count += 1
            if count >= LEAST:
                return True
        at = at + 1 + heads.length_at(data, at)
    return False


def message_end(data: bytes, at: int) -> int:
    """Where the message ends that begins `at`; the end of the data if it is not all there."""
    size = len(data)
    if size - at < heads.HEAD_BYTES:
        return size
    end = at + 1 + heads.length_at(data, at)
    return size if end > size or end < at + heads.HEAD_BYTES else end


def pass_again(c: Conversation, repeats: Repeats, data: bytes, start: int) -> int:
    """Pass on what is sent again, from the message at `start`; return where something else is."""
    known, names, sent, at = repeats.known, c.names, c.sent, start
    size, limit, tracked = len(data), c.statement_limit, c.tracked
    one: Repeat | None = None
    steps: list[Step] = []
    while size - at >= heads.HEAD_BYTES:
        kind, length = heads.kind_at(data, at), heads.length_at(data, at)
        end = at + 1 + length
        if end > size or length < 4 or length > limit:
            break
        if kind == _BIND:
            found = _bound_again(known, data, at + 5, end)
            if found is None or found.tracked != tracked:
                break
            one = found
            if names.portals.new.get(_UNNAMED) is not one.prepared:
                names.binds_to(one.prepared, sent)
            one.times += 1
            c.checked_sql = one.sql
            step = one.bound
        elif kind == _PARSE:
            found = repeats.texts.get(data[at:end])
            if found is None or not found.whole or found.tracked != tracked:
                break
            if names.statements.new.get(_UNNAMED) is not found.prepared:
                names.stands_for(found.prepared, sent)
            known[_UNNAMED] = found
            found.times += 1
            one, step = None, found.parsed
        elif one is None:
            break
        elif kind == _EXECUTE:
            if heads.zero_at(data, at + 5, end) != at + 5:
                break
            one.times += 1
            c.checked_sql = one.sql
            step = one.ran
        elif kind == _DESCRIBE:
            if not heads.is_at(_PORTAL, data, at + 5, end):
                break
            step = one.described if tracked else None
        else:
            break
        if step is not None:  # their steps are followed
            steps.append(step)
        sent += 1
        at = end
    if at > start:
        c.to_server.append(data[start:at])
        c.sent = sent
        c.replies.steps.extend(steps)
        _tell(c, repeats)
    return at


def _bound_again(known: dict[bytes, Repeat], data: bytes, at: int, end: int) -> Repeat | None:
    """The statement that a Bind gives to the unnamed portal, if that was run before."""
    if heads.zero_at(data, at, end) != at:
        return None
    last = heads.zero_at(data, at + 1, end)
    if last < 0:
        return None
    found = known.get(data[at + 1 : last])
    return found if found is not None and found.whole else None


def _tell(c: Conversation, repeats: Repeats) -> None:
    """Say how often statements were judged, as the long way would have."""
    for one in {**repeats.known, **repeats.texts}.values():
        if one.times and one.plan is not None:
            c.judge.count((one.plan.ruling,), one.times)
            one.times = 0
