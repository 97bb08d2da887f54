"""What the client sends: each message goes to its handler, or waits for its turn."""

from collections import deque
from collections.abc import Callable

from pgtoll.errors import ProtocolViolation
from pgtoll.session.conversation import Conversation
from pgtoll.session.extended import Extended
from pgtoll.session.own_rounds import ask_user, flush_statistics
from pgtoll.session.progress import Waiting
from pgtoll.session.proven import pass_round
from pgtoll.session.repeats import Repeats, may_repeat, message_end, pass_again
from pgtoll.session.simple import Simple
from pgtoll.wire.messages import FLUSH
from pgtoll.wire.splitter import OPAQUE, REST, Piece, Splitter

# What a client may send while the server takes copy data, and before the first ReadyForQuery.
_WHILE_COPYING = frozenset((OPAQUE, REST, *b"cfSHX", -ord("f")))
_OPENING = frozenset(b"X")
# The messages that are answered one by one, or skipped up to a Sync; oversized ones included.
_STEPWISE = frozenset([*b"PBEDC", -ord("P"), -ord("B")])
# Those that are judged, for a user that must be known.
_JUDGED = frozenset([*b"QFPBED", -ord("Q"), -ord("F"), -ord("P"), -ord("B")])


class Requests:
    """The client's side of a conversation.

    A handler takes one message and says True when it is done with, False when it has to wait: then
    it has changed nothing, and gets the same message again later.
    """

    def __init__(self, conversation: Conversation) -> None:
        self._c = conversation
        self.pending: deque[Piece] = deque()  # what waits, oldest first
        conversation.clear = conversation.judge.clear
        self._lacked = conversation.judge.lacked
        self._simple, self._extended = Simple(conversation), Extended(conversation)

    def read(self, splitter: Splitter, data: bytes) -> None:
        """Take bytes; of what a pipeline sends again, only the first goes message by message."""
        c = self._c
        begin = 0 if splitter.at_boundary else splitter.missing
        repeated = not (c.clear or c.copy_in or self.pending) and may_repeat(data, begin)
        if not repeated or not self._begin():
            self.take(splitter.feed(data))
            return
        repeats = self._extended.repeats = Repeats()
        size, at, end = len(data), 0, begin
        while at < size and not (self.pending or c.closing):
            if splitter.at_boundary:
                at = pass_again(c, repeats, data, at)
                end = message_end(data, at)
            pieces, repeats.sure = splitter.feed(data[at:end]), False
            self._go_on(pieces)
            if len(pieces) != 1 or not repeats.sure:
                repeats.forget()
            at, end = end, end + splitter.missing
        self._extended.repeats = None
        if at < size:
            self._queue(splitter.feed(data[at:]))

    def take(self, pieces: list[Piece]) -> None:
        """Take pieces in order, until one has to wait."""
        if self._begin():
            self._go_on(pieces)
        elif not self._c.closing:
            self._queue(pieces)

    def _begin(self) -> bool:
        """See what holds now, and whether messages can be taken."""
        c = self._c
        if c.waiting is not Waiting.NO:
            return False
        self._look()
        if c.closing:
            return False
        if not c.clear and c.idle:
            c.mark = c.judge.mark
        if c.dirty and c.idle and not c.judge.mute:
            flush_statistics(c)
            return False
        return True

    def _go_on(self, pieces: list[Piece]) -> None:
        c, waiting = self._c, self.pending
        waiting.extend(pieces)
        while waiting and not c.closing and self._take(*waiting[0]):
            waiting.popleft()

    def short(self, data: bytes) -> bytes | None:
        """Return what goes to the server in place of bytes that take the short way, or None."""
        c = self._c
        if self.pending or c.waiting is not Waiting.NO or c.judge.recording:
            return None
        self._look()
        return None if c.clear or c.closing else pass_round(c, data)

    def _take(self, kind: int, data: bytes) -> bool:
        c = self._c
        if c.copy_due and not c.clear:
            return c.wait(Waiting.COPY)
        handler = self._handler(kind)
        if c.identity.unknown and kind in _JUDGED and not self._user_known():
            return False
        if kind in _STEPWISE:
            if c.skipping:
                return c.skip(data)
            if c.busy:
                return c.wait(Waiting.IDLE)
            if c.late and not c.copy_in:
                c.check()
        return handler(data)

    def _user_known(self) -> bool:
        """Whether the user is known; if not, the server is asked, and the messages wait.

        In a transaction that has failed nothing can be asked, and nothing of the client's runs.
        """
        c = self._c
        if c.skipping or c.copy_in or (c.tx.failed and not c.sent):
            return True
        if c.rounds:
            return c.wait(Waiting.IDLE)
        if c.done < c.sent:
            c.to_server.append(FLUSH)
            return c.wait(Waiting.DRAIN)
        if c.sent and not c.begin_tracking():
            return c.wait(Waiting.IDLE)
        ask_user(c)
        return False

    def resume(self) -> None:
        """Take what waits, now that what it waited for has come."""
        self._c.waiting = Waiting.NO
        self.take([])

    def _handler(self, kind: int) -> Callable[[bytes], bool]:
        c = self._c
        if c.copy_in and not c.clear and kind not in _WHILE_COPYING:
            raise ProtocolViolation(f"message {chr(abs(kind))!r} in the middle of copy data")
        if kind < 0:
            c.dropping = False
        find = _HANDLERS.get(kind)
        if find is None:
            raise ProtocolViolation(f"message {chr(-kind)!r} of more than the allowed length")
        return find(self)

    def _queue(self, pieces: list[Piece]) -> None:
        """Hold messages back, but not that the client leaves before its session has begun."""
        for piece in pieces:
            if piece[0] in _OPENING and not (self._c.greeted or self.pending):
                self._pass(piece[1])
            else:
                self.pending.append(piece)

    def _look(self) -> None:
        """See what the client's user lacks now."""
        c = self._c
        clear = c.judge.clear
        if (lacked := c.judge.lacked) is not self._lacked:
            ended = not lacked <= self._lacked
            c.dirty |= ended
            c.outlived |= ended and not c.observes
            self._lacked = lacked
        if clear is c.clear or (c.muddled and c.observes):
            return
        c.clear = clear
        if not clear:
            self._begin_reading()

    def forget(self) -> None:
        """What is known of this session counts no more: the judge has become another."""
        self._lacked = frozenset()
        self._c.names.taint()
        self._c.leftovers.resumed.lose()

    def _begin_reading(self) -> None:
        """From here on statements are read: nobody knows what those before have done."""
        c = self._c
        if c.muddled:
            c.give_up()
        c.names.taint()
        c.leftovers.resumed.lose()
        c.leftovers.resumed.missed = True
        if c.sent or c.rounds:
            c.tx.explicit = None
            c.settings.doubt()
        if c.tx.explicit is not False:
            c.tx.unread()
            c.leftovers.doubt()
            c.altered = c.surely_altered = c.planted = True
            c.leftovers.resumed.opened_unread = True

    # Messages of neither protocol

    def _pass(self, data: bytes) -> bool:
        self._c.to_server.append(data)
        return True

    def _terminate(self, data: bytes) -> bool:
        self._c.parted = True
        return self._pass(data)

    def _rest(self, data: bytes) -> bool:
        return True if self._c.dropping else self._pass(data)

    def _copy_data(self, data: bytes) -> bool:
        self._c.sync_kept = False
        return self._pass(data)

    def _copy_end(self, data: bytes) -> bool:
        c = self._c
        c.sync_kept = False
        if c.copy_in:
            c.copy_in = False
            c.copy_due = bool(c.rounds and c.rounds.next.query)  # the text may hold another COPY
        else:
            c.copy_ended = True
        return self._pass(data)

    def _password(self, data: bytes) -> bool:
        raise ProtocolViolation(f"invalid frontend message type {data[0]}")


# Who takes which message: one table for all sessions, of which thousands may come and go.
_HANDLERS: dict[int, Callable[[Requests], Callable[[bytes], bool]]] = {
    OPAQUE: lambda requests: requests._copy_data,
    REST: lambda requests: requests._rest,
    ord("Q"): lambda requests: requests._simple.query,
    ord("F"): lambda requests: requests._simple.function_call,
    ord("P"): lambda requests: requests._extended.parse,
    ord("B"): lambda requests: requests._extended.bind,
    ord("E"): lambda requests: requests._extended.execute,
    ord("D"): lambda requests: requests._extended.describe,
    ord("C"): lambda requests: requests._extended.close,
    ord("S"): lambda requests: requests._extended.sync,
    ord("H"): lambda requests: requests._extended.flush,
    ord("c"): lambda requests: requests._copy_end,
    ord("f"): lambda requests: requests._copy_end,
    ord("X"): lambda requests: requests._terminate,
    ord("p"): lambda requests: requests._password,
    -ord("Q"): lambda requests: requests._simple.long_query,
    -ord("F"): lambda requests: requests._simple.function_call,
    -ord("P"): lambda requests: requests._extended.long_parse,
    -ord("B"): lambda requests: requests._extended.bind,
    -ord("f"): lambda requests: requests._copy_end,
}
