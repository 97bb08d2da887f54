"""Who may give which command, and what each one does."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

import pytest
from license_samples import NOW

from pgtoll.admin.answers import Table, columns
from pgtoll.admin.commands import LICENSING, Commands, Rights, without_password
from pgtoll.admin.language import DONE, SHOWN, Command, CommandError, read_commands
from pgtoll.config import Config, Console, Server, Trust
from pgtoll.errors import ConfigError, PgtollError, StoreError
from pgtoll.office.desk import Desk

SHAPES = {word: columns("n#") for word in ("CLIENTS", "SERVERS", "WORKERS", "STATS", "CACHE")}
ADMIN = Rights(admin=True, manages=True)
DSN = "host=127.0.0.1 port=1 user=pgtoll password=secret-4711"


@dataclass
class Program:
    """Notes what it was told; one client has server process 4711."""

    config: Config = field(default_factory=lambda: Config(Server(DSN)))
    told: list[str] = field(default_factory=list)
    fault: PgtollError | None = None

    async def show(self, what: str) -> Table:
        return Table(SHAPES[what], [(7,)])

    async def reload(self) -> str:
        if self.fault:
            raise self.fault
        self.told.append("reload")
        return "reloaded: nothing has changed"

    async def kill(self, pid: int) -> bool:
        self.told.append(f"kill {pid}")
        return pid == 4711

    async def pause(self, *, on: bool) -> None:
        if self.fault:
            raise self.fault
        self.told.append("pause" if on else "resume")

    async def stop(self, *, fast: bool) -> None:
        self.told.append("stop fast" if fast else "stop")


def having(*rights: Rights) -> Callable[[Command], Awaitable[Rights]]:
    """Somebody who has these rights, one after the other; the last for good."""
    left = list(rights)

    async def answer(_: Command) -> Rights:
        return left.pop(0) if len(left) > 1 else left[0]

    return answer


async def desk() -> Desk:
    return Desk(Config())


def run(text: str, rights: Rights = ADMIN, program: Program | None = None) -> Table | None:
    """Give a command; the desk is there, and its database is not."""
    (command,) = read_commands(text)
    made = Commands(having(rights), program or Program(), desk, lambda: NOW, SHAPES)
    table = asyncio.run(made.run(command))
    if table is not None:
        assert table.columns == made.describe(command)
    return table


@pytest.mark.parametrize("word", [word for word in SHOWN if word not in LICENSING])
def test_an_admin_and_who_may_look_see_what_goes_on(word: str) -> None:
    for rights in (Rights(admin=True), Rights(looks=True)):
        found = run(f"SHOW {word}", rights)
        assert found is not None
        assert found.rows


@pytest.mark.parametrize("word", LICENSING)
@pytest.mark.parametrize("rights", [Rights(admin=True), Rights(looks=True)])
def test_licenses_are_for_their_administrators(word: str, rights: Rights) -> None:
    with pytest.raises(CommandError, match="permission denied") as caught:
        run(f"SHOW {word}", rights)
    assert (caught.value.sqlstate, "pgtoll_manager" in caught.value.hint) == ("42501", True)


@pytest.mark.parametrize("verb", ["PAUSE", "RESUME", "RELOAD", "KILL 4711", "SHUTDOWN"])
@pytest.mark.parametrize("rights", [Rights(looks=True), Rights(manages=True), Rights()])
def test_only_an_admin_does_anything(verb: str, rights: Rights) -> None:
    program = Program()
    with pytest.raises(CommandError, match=f"permission denied for {verb}"):
        run(verb, rights, program)
    assert program.told == []


@pytest.mark.parametrize("word", ["CLIENTS", "STATS", "CONFIG"])
def test_who_manages_licenses_sees_nothing_else(word: str) -> None:
    with pytest.raises(CommandError, match="permission denied"):
        run(f"SHOW {word}", Rights(manages=True))


@pytest.mark.parametrize("rights", [Rights(looks=True), Rights(manages=True)])
def test_what_drivers_send_and_help_are_for_everybody(rights: Rights) -> None:
    assert run("BEGIN", rights) is None
    assert run("SHOW HELP", rights) is not None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("PAUSE", "pause"),
        ("RESUME", "resume"),
        ("RELOAD", "reload"),
        ("KILL 4711", "kill 4711"),
        ("SHUTDOWN", "stop"),
        ("SHUTDOWN FAST", "stop fast"),
    ],
)
def test_commands_reach_the_program(text: str, told: str) -> None:
    program = Program()
    assert run(text, program=program) is None
    assert program.told == [told]


def test_a_session_that_is_not_there_cannot_be_ended() -> None:
    with pytest.raises(CommandError, match="no client has server process 12") as caught:
        run("KILL 12")
    assert caught.value.sqlstate == "42704"


def test_what_is_wrong_with_the_configuration_is_told() -> None:
    program = Program(fault=ConfigError("cannot read pgtoll.toml: no such file"))
    with pytest.raises(CommandError, match=r"nothing was reloaded: cannot read") as caught:
        run("RELOAD", program=program)
    assert caught.value.sqlstate == "F0000"


def test_what_cannot_be_done_is_told() -> None:
    with pytest.raises(CommandError, match="a worker is gone") as caught:
        run("PAUSE", program=Program(fault=PgtollError("a worker is gone")))
    assert caught.value.sqlstate == "58000"
    with pytest.raises(CommandError, match="cannot connect"):
        run("SHOW PRODUCTS")


def test_help_lists_every_command() -> None:
    found = run("SHOW HELP")
    assert found is not None
    listed = {str(row[0]).split(" [")[0] for row in found.rows}
    assert {f"SHOW {word}" for word in SHOWN} | {"PAUSE", "KILL PID"} <= listed
    assert len(found.rows) == len(SHOWN) + len(DONE)


def test_settings_are_shown_without_their_secrets() -> None:
    console = Console(operation_tokens=("0123456789abcdef",))
    config = replace(Config(Server(DSN), trust=Trust((b"pem",))), console=console, workers=3)
    found = run("SHOW CONFIG", program=Program(config))
    assert found is not None
    shown = {str(row[0]): row[1] for row in found.rows}
    assert (shown["workers"], shown["mode"], shown["strict_parsers"]) == ("3", "enforce", "false")
    assert shown["listen"] == "127.0.0.1:6432"
    assert "secret-4711" not in str(found)
    assert "0123456789abcdef" not in str(found)


@pytest.mark.parametrize("dsn", [DSN, "postgresql://pgtoll:secret-4711@127.0.0.1:1/shop"])
def test_a_password_is_hidden(dsn: str) -> None:
    assert "secret" not in without_password(dsn)
    assert "user=pgtoll" in without_password(dsn)


def test_rights_are_those_of_the_moment() -> None:
    """CVE class: admin commands without permission. Who is demoted may do nothing more."""
    program = Program()
    commands = Commands(having(ADMIN, Rights()), program, desk, lambda: NOW, SHAPES)

    async def story() -> None:
        await commands.run(Command("PAUSE"))
        for command in (Command("RESUME"), Command("SHUTDOWN"), Command("SHOW", "CLIENTS")):
            with pytest.raises(CommandError, match="permission denied"):
                await commands.run(command)

    asyncio.run(story())
    assert program.told == ["pause"]


def test_rights_that_cannot_be_known_are_none() -> None:
    async def lost(_: Command) -> Rights:
        raise StoreError("PostgreSQL does not answer")

    program = Program()
    commands = Commands(lost, program, desk, lambda: NOW, SHAPES)
    with pytest.raises(CommandError, match="PostgreSQL does not answer"):
        asyncio.run(commands.run(Command("SHUTDOWN")))
    assert program.told == []


def test_every_command_is_described() -> None:
    commands = Commands(having(ADMIN), Program(), desk, lambda: NOW, SHAPES)
    for word in SHOWN:
        assert commands.describe(Command("SHOW", word))
