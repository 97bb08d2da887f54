"""One session that sends statements, each as a simple Query, and keeps what came of them."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.honest.scripts import Text
from raw_client import RawClient, Reply

from pgtoll.wire.messages import message, query, read_fields

STATEMENT_SECONDS = 20  # then the server ends it by itself, beside the proxy and behind it

# What a refusal says, whichever rule it came from (pgtoll_policy.wording).
_OURS = re.compile(
    "no license for table|statement may touch product|cannot be judged|: demo mode allows|"
    'parameter "pgtoll'
)
WITHHELD = "failed before its licenses could be checked"
_COPY_IN, _READY, _ERROR = b"G", b"Z", b"E"
_TOLD = b"TDCd"  # what rows are, rows, tags, what is copied out
COPY_DONE = message(b"c", b"")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one statement."""

    states: tuple[str, ...]  # the SQLSTATEs of its errors
    refusal: str = ""  # what pgtoll said, if it refused it, and why
    withheld: bool = False  # its own error did not pass
    digest: bytes = b""  # of its rows and tags
    ended: bool = False  # the session with it


ENDED = Outcome(("08006",), ended=True)


class Client(RawClient):
    """A session of one user, that answers whatever the server asks."""

    @classmethod
    def of(cls, port: int, user: str, database: str, path: str) -> "Client":
        """Return a session with this search path. Raises RuntimeError when it is not let in."""
        client = cls(port)
        client.socket.settimeout(STATEMENT_SECONDS * 3)
        replies = client.start(
            user, database, search_path=path, statement_timeout=f"{STATEMENT_SECONDS}s"
        )
        if not replies or replies[-1][0] != _READY:
            raise RuntimeError(f"{user} is not let in: {replies[-1:]}")
        return client

    def run(self, text: Text) -> Outcome:
        """Run one text and return what came of it."""
        try:
            self.send(query(text.sql.encode()))
            return outcome(self._answers(text.data))
        except OSError:
            return ENDED

    def _answers(self, data: bytes) -> list[Reply]:
        found: list[Reply] = []
        while reply := self.reply():
            found.append(reply)
            if reply[0] == _COPY_IN:
                self.send(message(b"d", data), COPY_DONE)
            if reply[0] == _READY:
                break
        return found


def outcome(replies: Sequence[Reply]) -> Outcome:
    """Return what the messages up to ReadyForQuery say."""
    if not replies or replies[-1][0] != _READY:
        return ENDED
    errors = [read_fields(data) for kind, data in replies if kind == _ERROR]
    messages = [_text(error, "M") for error in errors]
    told = hashlib.sha256()
    for kind, data in replies:
        if kind in _TOLD:
            told.update(data)
    return Outcome(
        states=tuple(error["C"].decode() for error in errors),
        refusal=next((_reason(error) for error in errors if is_refusal(_text(error, "M"))), ""),
        withheld=any(WITHHELD in text for text in messages),
        digest=told.digest(),
    )


def is_refusal(text: str) -> bool:
    """Tell whether a refusal of pgtoll's is in what a program printed."""
    return _OURS.search(text) is not None


def _reason(error: Mapping[str, bytes]) -> str:
    return f"{_text(error, 'M')}: {_text(error, 'D')}"


def _text(error: Mapping[str, bytes], field: str) -> str:
    return error.get(field, b"").decode(errors="replace")


def replay(texts: Sequence[Text], port: int, user: str, database: str, path: str) -> list[Outcome]:
    """Run texts in one session; where it ends, the next goes on in a new one."""
    found: list[Outcome] = []
    client = Client.of(port, user, database, path)
    for text in texts:
        found.append(client.run(text))
        if found[-1].ended:
            client.socket.close()
            client = Client.of(port, user, database, path)
    client.socket.close()
    return found
