"""One client's session, both directions: bytes in, effects out."""

from pgtoll.session import clear
from pgtoll.session.answers import Answers, fatal
from pgtoll.session.clearance import Clearance
from pgtoll.session.conversation import Conversation
from pgtoll.session.effects import Effect, Judge, Peer, Write
from pgtoll.session.introduction import pass_introduction
from pgtoll.session.progress import Limits, Waiting
from pgtoll.session.proven import READY_BYTES, pass_answer
from pgtoll.session.requests import Requests
from pgtoll.wire import heads
from pgtoll.wire.splitter import Splitter
from pgtoll_policy.spelling import NEEDLE

# Longest message of the server's that is read whole, such as an error or a row description.
SERVER_MESSAGE_BYTES = 1 << 20

# To look up a member of an Enum takes longer than all else that is done about a small message.
_CLIENT, _SERVER, _NOT_WAITING, _NEEDLE = Peer.CLIENT, Peer.SERVER, Waiting.NO, NEEDLE


class Session:
    """Begins when the server has let the client in, or has said why it does not."""

    def __init__(
        self,
        judge: Judge,
        limits: Limits | None = None,
        *,
        welcome: bytes = b"",
        greeting: bytes = b"",
    ) -> None:
        """`welcome` goes to the client with the first that the server says, which lets it in;
        `greeting` are notices, ahead of its first ReadyForQuery."""
        self._judge = judge
        self._clearance = judge if isinstance(judge, Clearance) else None
        self._conversation = Conversation(judge, limits or Limits(), greeting=greeting)
        if welcome:
            self._conversation.to_client.append(welcome)
        self._requests = Requests(self._conversation)
        self._answers = Answers(self._conversation)
        self._from_client = Splitter(
            whole=b"QPBEDCSHFXcfp", through=b"d", limit=self._conversation.limits.statement
        )
        self._from_server = Splitter(
            whole=b"ZSCEIGHWTtns123NAVcKRv",
            through=b"Dd",
            limit=SERVER_MESSAGE_BYTES,
            whose="backend",
        )

    @property
    def waiting(self) -> bool:
        """Whether the client's messages are held back; reading more of them can wait."""
        return bool(self._requests.pending)

    @property
    def busy(self) -> bool:
        """Whether the server owes the client an answer, or a transaction is open."""
        conversation = self._conversation
        return bool(conversation.rounds or conversation.sent or conversation.tx.explicit)

    @property
    def greeted(self) -> bool:
        """Whether authentication is over."""
        return self._conversation.greeted

    @property
    def pid(self) -> int:
        """The server process, 0 until it has said which one it is."""
        return self._conversation.pid

    @property
    def state(self) -> str:
        """What it is doing, in the words of PostgreSQL's pg_stat_activity."""
        conversation = self._conversation
        if not conversation.greeted:
            return "authenticating"
        if conversation.rounds or conversation.sent:
            return "active"
        return "idle in transaction" if conversation.tx.explicit else "idle"

    def renew(self) -> bool:
        """Go by what holds for new sessions; False while something is under way.

        Nobody has kept account of what has gone before: it counts as if a license had just ended.
        """
        c = self._conversation
        if c.closing or c.muddled or not self._plain() or not (c.greeted and c.idle):
            return False
        c.judge.renew()
        self._requests.forget()
        clear.look(c)
        return True

    @property
    def last_words(self) -> bytes:
        """What is said to a client whose server is gone; nothing when that has said so itself."""
        c = self._conversation
        if c.parted or c.closing or not self._from_server.at_boundary:
            return b""
        return fatal("08006", "the connection to PostgreSQL was lost")

    @property
    def accounting(self) -> bool:
        """Whether it is still to be told what would have been refused (observe mode)."""
        return self._conversation.observes and self._conversation.replies.active

    @property
    def asking(self) -> bool:
        """Whether the server's bytes wait for an answer (`Confirm`); reading more can wait."""
        return self._conversation.asking

    def client_data(self, data: bytes) -> list[Effect]:
        """What is to be done about bytes from the client. Raises ProtocolViolation."""
        passed = self.pass_client(data)
        if data and passed == len(data):
            return [Write(_SERVER, data)]
        return self.read_client(data, passed)

    def pass_client(self, data: bytes) -> int:
        """Take the client's bytes as far as they go to the server as they are, the short way.

        Return how many that is; `read_client` takes the others.
        """
        c, splitter = self._conversation, self._from_client
        if c.copies_pass and (rest := splitter.rest_in(data)) >= 0:
            return _past(splitter, data, rest, clear.pass_copy(data, rest))
        if not (c.requests_pass and splitter.at_boundary):
            return 0
        if heads.holds(data, _NEEDLE):
            return 0
        clearance = self._clearance
        if not (self._free if clearance is None else clearance.cleared()):
            return 0
        return clear.pass_requests(c, data)

    @property
    def _free(self) -> bool:
        """The same as Clearance knows, of a judge that is none."""
        return self._judge.clear and not self._judge.recording

    def read_client(self, data: bytes, passed: int) -> list[Effect]:
        """What is to be done about bytes from the client of which so many pass."""
        c = self._conversation
        if c.closing:
            return []
        if passed:
            c.to_server.append(data[:passed])
            data = data[passed:]
        elif not c.clear and (sent := self._short(data)) is not None:
            clear.look(c)
            return [Write(_SERVER, sent)]
        self._requests.read(self._from_client, data)
        clear.look(c)
        return c.take_effects()

    def _short(self, data: bytes) -> bytes | None:
        """What goes to the server in place of bytes that are one proven statement; else None."""
        return self._requests.short(data) if self._from_client.at_boundary else None

    def server_data(self, data: bytes) -> list[Effect]:
        """What is to be done about bytes from the server. Raises ProtocolViolation."""
        passed = self.pass_server(data)
        if data and passed == len(data):
            return [Write(_CLIENT, data)]
        return self.read_server(data, passed)

    def pass_server(self, data: bytes) -> int:
        """The same as `pass_client` for the server's bytes, which go to the client."""
        c, splitter = self._conversation, self._from_server
        if not c.replies_pass or (rest := splitter.rest_in(data)) < 0:
            return 0
        return _past(splitter, data, rest, clear.pass_replies(c, data, rest))

    def read_server(self, data: bytes, passed: int) -> list[Effect]:
        """What is to be done about bytes from the server of which so many pass."""
        c = self._conversation
        if c.closing:
            return []
        if passed:
            c.to_client.append(data[:passed])
            data = data[passed:]
        elif not c.greeted and self._from_server.at_boundary and not c.replies.active:
            passed = pass_introduction(c, data, SERVER_MESSAGE_BYTES)
            c.to_client.append(data[:passed])
            data = data[passed:]
        steps, c.short = c.short, 0
        if steps and self._from_server.at_boundary and (size := pass_answer(c, data, steps)):
            come = self._answers.pass_round(data[:size], data[-READY_BYTES:])
        else:
            come = self._answers.read(self._from_server, data)
        if come:
            self._requests.resume()
        clear.look(c)
        return c.take_effects()

    def _plain(self) -> bool:
        """Whether nothing of ours is under way: bytes may take the short way."""
        c = self._conversation
        return c.waiting is _NOT_WAITING and not (c.tx.unsettled or c.replies.active)

    def confirmed(self, *, confirmed: bool) -> list[Effect]:
        """The answer to a `Confirm`; False when nobody can tell."""
        c = self._conversation
        if c.closing:
            return []
        if self._answers.confirmed(confirmed):
            self._requests.resume()
        clear.look(c)
        return c.take_effects()

    def ended(self) -> None:
        """The client is gone, and nothing will come any more."""

    def resume(self) -> list[Effect]:
        """The facts that a `Read` asked for are known to the judge."""
        c = self._conversation
        if c.closing:
            return []
        if c.waiting is Waiting.FACTS:
            self._requests.resume()
        clear.look(c)
        return c.take_effects()


def _past(splitter: Splitter, data: bytes, rest: int, passed: int) -> int:
    """Say how many bytes have gone past a splitter, `rest` of a message that began before."""
    if rest:
        splitter.passed(rest)
    if passed > len(data):
        splitter.begun(passed - len(data))
        return len(data)
    return passed
