"""Logins without sockets: what each side is sent is kept, what it says is the test's."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field

from pgtoll.login.talk import Talk
from pgtoll.tls import SecureTransport, Subject

SECONDS = 10.0


class Wire(asyncio.Transport):
    """A transport that leads nowhere and remembers."""

    def __init__(self) -> None:
        asyncio.Transport.__init__(self)
        self.sent = b""
        self.protocol: asyncio.BaseProtocol | None = None
        self.reading = True
        self.ended = self.aborted = False

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self.protocol = protocol

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.sent += bytes(data)

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.ended = True

    def close(self) -> None:
        self.ended = True

    def abort(self) -> None:
        self.aborted = True

    def is_closing(self) -> bool:
        return self.aborted


class SecureWire(Wire, SecureTransport):
    """The same under TLS, with certificates of the test's choice."""

    def __init__(self, end_point: bytes, name: str | None = None) -> None:
        Wire.__init__(self)
        self._end_point = end_point
        self._name = name

    @property
    def end_point(self) -> bytes | None:
        return self._end_point

    @property
    def subject(self) -> Subject | None:
        return None if self._name is None else Subject(self._name, f"CN={self._name}")


def wire(end_point: bytes | None = None) -> Wire:
    """A transport, under TLS if there is the hash of a certificate."""
    return Wire() if end_point is None else SecureWire(end_point)


@dataclass
class Parties:
    """A talk whose both ends are the test's."""

    client: Wire = field(default_factory=Wire)
    server: Wire = field(default_factory=Wire)
    talk: Talk = field(default_factory=Talk)

    def __post_init__(self) -> None:
        self.talk.client.start(self.client, b"")

    def reach(self) -> None:
        """The server has been reached."""
        self.talk.server.connection_made(self.server)

    async def heard(self, wire: Wire, count: int = 1) -> list[bytes]:
        """Wait for so many messages that one side is sent, and take them."""
        found: list[bytes] = []
        async with asyncio.timeout(SECONDS):
            while len(found) < count:
                await asyncio.sleep(0)
                if wire is self.client:  # that it is in, it is told with what the server says next
                    wire.sent, self.talk.welcome = wire.sent + self.talk.welcome, b""
                for message in messages(wire.sent):
                    found.append(message)
                    wire.sent = wire.sent[len(message) :]
                    if len(found) == count:
                        break
        return found


def messages(data: bytes) -> Iterator[bytes]:
    """The whole messages in some bytes."""
    while len(data) >= 5 and len(data) >= (end := 1 + int.from_bytes(data[1:5], "big")):
        yield data[:end]
        data = data[end:]


def story(tell: Callable[[], Coroutine[None, None, None]]) -> None:
    """Run a story that must not hang."""

    async def bounded() -> None:
        async with asyncio.timeout(SECONDS):
            await tell()

    asyncio.run(bounded())
