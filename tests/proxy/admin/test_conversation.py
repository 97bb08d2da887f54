"""The console's side of the protocol: what each message is answered with."""

import asyncio
import struct

import pytest
from peers import describe, extended, kinds, messages, once

from pgtoll.admin.answers import Column, Table, columns
from pgtoll.admin.conversation import MOST_PREPARED, Conversation
from pgtoll.admin.language import Command, CommandError
from pgtoll.errors import ProtocolViolation
from pgtoll.wire.messages import FLUSH, SYNC, bind, close, execute, message, parse, query

SHOWN = Table(columns("name", "number#"), [("a", 1), ("b", 2)])


class Console:
    """A conversation whose commands are noted; RELOAD fails."""

    def __init__(self) -> None:
        self.done: list[Command] = []
        self._conversation = Conversation(self._run, self._describe)

    def say(self, data: bytes) -> bytes:
        return asyncio.run(self._say(data))

    async def _say(self, data: bytes) -> bytes:
        answers = [await self._conversation.answer(one[0], one) for one in messages(data)]
        return b"".join(answers)

    async def _run(self, command: Command) -> Table | None:
        self.done.append(command)
        if command.verb == "RELOAD":
            raise CommandError("the file is bad", "F0000", "Mend it.")
        return SHOWN if command.verb == "SHOW" else None

    def _describe(self, _: Command) -> tuple[Column, ...]:
        return SHOWN.columns


def test_a_query_may_hold_several_commands() -> None:
    console = Console()
    assert kinds(console.say(query(b"PAUSE; SHOW STATS; RESUME"))) == "C T D D C C ZI"
    assert [command.verb for command in console.done] == ["PAUSE", "SHOW", "RESUME"]


def test_an_empty_query_has_its_own_answer() -> None:
    assert kinds(Console().say(query(b" ; "))) == "I ZI"


def test_nothing_runs_of_a_text_that_cannot_be_read() -> None:
    console = Console()
    assert kinds(console.say(query(b"PAUSE; DANCE"))) == "E42601 ZI"
    assert console.done == []


def test_what_follows_a_failure_does_not_run() -> None:
    console = Console()
    assert kinds(console.say(query(b"PAUSE; RELOAD; RESUME"))) == "C EF0000 ZI"
    assert [command.verb for command in console.done] == ["PAUSE", "RELOAD"]


def test_the_extended_protocol_is_spoken() -> None:
    assert kinds(Console().say(once(b"SHOW STATS"))) == "1 2 T D D C ZI"
    assert kinds(Console().say(once(b"PAUSE"))) == "1 2 n C ZI"
    assert kinds(Console().say(once(b""))) == "1 2 n I ZI"


def test_a_command_may_be_prepared_and_run_again() -> None:
    console = Console()
    assert (
        kinds(console.say(parse(b"a", b"SHOW STATS") + describe(b"S", b"a") + SYNC)) == "1 t T ZI"
    )
    again = bind(b"p", b"a") + execute(b"p") + SYNC
    assert kinds(console.say(again + again)) == "2 D D C ZI 2 D D C ZI"
    assert kinds(console.say(close(b"S", b"a") + FLUSH + SYNC)) == "3 ZI"
    assert kinds(console.say(again)) == "E26000 ZI"


def test_everything_up_to_sync_is_skipped_after_an_error() -> None:
    console = Console()
    data = extended(b"RELOAD") + extended(b"PAUSE") + SYNC + once(b"RESUME")
    assert kinds(console.say(data)) == "1 2 n EF0000 ZI 1 2 n C ZI"
    assert [command.verb for command in console.done] == ["RELOAD", "RESUME"]


@pytest.mark.parametrize(
    ("data", "sqlstate"),
    [
        (parse(b"", b"PAUSE; RESUME"), "42601"),
        (execute(b"nosuch"), "34000"),
        (describe(b"P", b"nosuch"), "34000"),
        (parse(b"", b"PAUSE") + message(b"B", b"\0\0\0\0\0\1" + bytes(6)), "08P01"),
        (parse(b"", b"SHOW STATS") + message(b"B", bytes(6) + b"\0\3" + bytes(6)), "08P01"),
        (parse(b"", b"SHOW STATS") + message(b"B", bytes(6) + b"\0\1\0\2"), "08P01"),
    ],
)
def test_what_cannot_be_done_is_an_error(data: bytes, sqlstate: str) -> None:
    assert kinds(Console().say(data + SYNC)).endswith(f"E{sqlstate} ZI")


def test_numbers_come_in_binary_where_that_is_asked_for() -> None:
    wanted = message(b"B", bytes(6) + b"\0\1\0\1")
    found = Console().say(parse(b"", b"SHOW STATS") + wanted + execute(b"") + SYNC)
    assert struct.pack("!q", 2) in found


def test_nobody_keeps_more_than_a_bounded_number() -> None:
    many = b"".join(parse(b"%d" % number, b"PAUSE") for number in range(MOST_PREPARED + 1))
    assert kinds(Console().say(many + SYNC)).endswith("1 E53400 ZI")


@pytest.mark.parametrize(
    "data", [message(b"B", b"\0\0"), message(b"B", b"\0\0\xff\xff"), message(b"F", b"")]
)
def test_a_malformed_message_is_a_violation(data: bytes) -> None:
    console = Console()
    console.say(parse(b"", b"PAUSE"))
    with pytest.raises(ProtocolViolation):
        console.say(data)
