"""One client's session, both directions: bytes in, effects out."""

from pgtoll.session.answers import Answers
from pgtoll.session.conversation import Conversation, Limits, Waiting
from pgtoll.session.effects import Effect, Judge
from pgtoll.session.requests import Requests
from pgtoll.wire.splitter import Splitter

# Longest message of the server's that is read whole, such as an error or a row description.
SERVER_MESSAGE_BYTES = 1 << 20


class Session:
    """Begins when the StartupMessage is on its way; authentication is passed on untouched."""

    def __init__(self, judge: Judge, limits: Limits | None = None) -> None:
        self._conversation = Conversation(judge, limits or Limits())
        self._requests = Requests(self._conversation)
        self._answers = Answers(self._conversation)
        self._from_client = Splitter(
            whole=b"QPBEDCSHFXcfp", through=b"d", limit=self._conversation.limits.statement
        )
        self._from_server = Splitter(
            whole=b"ZSCEIGHWTtns123NAVcKRv", through=b"Dd", limit=SERVER_MESSAGE_BYTES
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

    def client_data(self, data: bytes) -> list[Effect]:
        """What is to be done about bytes from the client. Raises ProtocolViolation."""
        self._requests.take(self._from_client.feed(data))
        return self._conversation.take_effects()

    def server_data(self, data: bytes) -> list[Effect]:
        """What is to be done about bytes from the server. Raises ProtocolViolation."""
        if self._answers.take(self._from_server.feed(data)):
            self._requests.resume()
        return self._conversation.take_effects()

    def resume(self) -> list[Effect]:
        """The facts that a `Read` asked for are known to the judge."""
        if self._conversation.waiting is Waiting.FACTS:
            self._requests.resume()
        return self._conversation.take_effects()
