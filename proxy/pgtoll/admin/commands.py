"""What each command does, and who may give it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from importlib.metadata import version
from operator import attrgetter
from typing import Protocol

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pgtoll.admin import licensing
from pgtoll.admin.answers import Column, Table, Value, columns
from pgtoll.admin.language import DONE, SHOWN, Command, CommandError
from pgtoll.config import KEYS, Config, Listen, Trust
from pgtoll.errors import PgtollError
from pgtoll.listening.addresses import shown
from pgtoll.office.desk import Desk

INSUFFICIENT_PRIVILEGE = "42501"
UNDEFINED_OBJECT = "42704"
CONFIG_FILE_ERROR = "F0000"
SYSTEM_ERROR = "58000"

HELP = columns("command", "does")
VERSION = columns("version")
CONFIG = columns("key", "value", "default", "reloadable")

LICENSING = {
    "PRODUCTS": (licensing.PRODUCTS, licensing.products),
    "LICENSES": (licensing.LICENSES, licensing.licenses),
    "SEATS": (licensing.SEATS, licensing.seats),
    "CAPS": (licensing.CAPS, licensing.caps),
    "REFUSALS": (licensing.REFUSALS, licensing.refusals),
}
# Everybody who gets in may do these.
_HARMLESS = frozenset({"HELP", "VERSION"})
_SECRET = frozenset({"operation_tokens"})


@dataclass(frozen=True, slots=True)
class Rights:
    """What somebody may do on the console."""

    admin: bool = False  # everything but to see licenses
    looks: bool = False  # at what the proxy does
    manages: bool = False  # licenses

    @property
    def any(self) -> bool:
        return self.admin or self.looks or self.manages

    def check(self, command: Command) -> None:
        """Raise CommandError when it may not be given."""
        if command.verb == "SHOW":
            allowed = command.word in _HARMLESS or (
                self.manages if command.word in LICENSING else self.admin or self.looks
            )
        else:
            allowed = self.admin or command.verb not in DONE
        if not allowed:
            said = f"{command.verb} {command.word}".strip()
            raise CommandError(
                f"permission denied for {said}",
                INSUFFICIENT_PRIVILEGE,
                _needed(command),
            )


def _needed(command: Command) -> str:
    if command.word in LICENSING:
        return "It is for members of the role pgtoll_manager."
    more = " or stats_users" if command.verb == "SHOW" else ""
    return f"It is for superusers and the roles of the key admins{more}."


class Program(Protocol):
    """All processes of the proxy, as the console sees them. Raises PgtollError."""

    @property
    def config(self) -> Config: ...

    async def show(self, what: str) -> Table:
        """Return CLIENTS, SERVERS, WORKERS, STATS or CACHE."""

    async def reload(self) -> str:
        """Read the configuration again; return what has changed."""

    async def kill(self, pid: int) -> bool:
        """End the session of a server process, if there is one."""

    async def pause(self, *, on: bool) -> None:
        """Hold clients back between transactions, or let them go on."""

    async def stop(self, *, fast: bool) -> None:
        """End the program."""


class Commands:
    """Runs the commands of one client."""

    def __init__(
        self,
        rights: Callable[[Command], Awaitable[Rights]],
        program: Program,
        desk: Callable[[], Awaitable[Desk]],
        now: Callable[[], datetime],
        shapes: Mapping[str, tuple[Column, ...]],
        remember: Callable[[Command, CommandError | None], None] = lambda command, problem: None,
    ) -> None:
        """`rights` are asked for at each command: who may do it is told by what holds then.

        So is the desk: after a reload it is another. `shapes` are the columns of what the program
        shows.
        """
        self._rights = rights
        self._program = program
        self._desk = desk
        self._now = now
        self._shapes = shapes
        self._remember = remember  # what was done, or why it was not
        self._done: dict[str, Callable[[Command], Awaitable[None]]] = {
            "PAUSE": self._pause,
            "RESUME": self._pause,
            "RELOAD": self._reload,
            "KILL": self._kill,
            "SHUTDOWN": self._shutdown,
        }

    def describe(self, command: Command) -> tuple[Column, ...]:
        """Return the columns of what a SHOW shows."""
        word = command.word
        if word in LICENSING:
            return LICENSING[word][0]
        return {"HELP": HELP, "VERSION": VERSION, "CONFIG": CONFIG}.get(word) or self._shapes[word]

    async def run(self, command: Command) -> Table | None:
        """Do what is asked for. Raises CommandError."""
        try:
            return await self._run(command)
        except CommandError as exc:
            self._note(command, exc)
            raise
        except PgtollError as exc:
            problem = CommandError(str(exc), SYSTEM_ERROR)
            self._note(command, problem)
            raise problem from exc

    async def _run(self, command: Command) -> Table | None:
        (await self._rights(command)).check(command)
        if command.verb == "SHOW":
            return await self._show(command.word)
        if command.verb == "SHUTDOWN":
            self._note(command)  # nobody may be here to do it afterwards
        if command.verb in self._done:
            await self._done[command.verb](command)
        if command.verb != "SHUTDOWN":
            self._note(command)
        return None

    def _note(self, command: Command, problem: CommandError | None = None) -> None:
        if command.verb in self._done:
            self._remember(command, problem)

    async def _show(self, word: str) -> Table:
        if word in LICENSING:
            return await LICENSING[word][1](await self._desk(), self._now())
        match word:
            case "HELP":
                return Table(HELP, _help())
            case "VERSION":
                return Table(VERSION, [(_version(),)])
            case "CONFIG":
                return Table(CONFIG, list(_settings(self._program.config)))
        return await self._program.show(word)

    async def _pause(self, command: Command) -> None:
        await self._program.pause(on=command.verb == "PAUSE")

    async def _reload(self, _: Command) -> None:
        try:
            await self._program.reload()
        except PgtollError as exc:
            raise CommandError(
                f"nothing was reloaded: {exc}", CONFIG_FILE_ERROR, "Mend that, and RELOAD again."
            ) from exc

    async def _kill(self, command: Command) -> None:
        if not await self._program.kill(int(command.word)):
            raise CommandError(
                f"no client has server process {command.word}",
                UNDEFINED_OBJECT,
                "SHOW CLIENTS lists them.",
            )

    async def _shutdown(self, command: Command) -> None:
        await self._program.stop(fast=command.word == "FAST")


def _help() -> list[tuple[Value, ...]]:
    shows: list[tuple[Value, ...]] = [(f"SHOW {word}", f"{line}") for word, line in SHOWN.items()]
    return shows + [(f"{verb} {word}".strip(), line) for verb, (word, line) in DONE.items()]


def _version() -> str:
    return f"pgtoll {version('pgtoll')}"


def _settings(config: Config) -> Iterator[tuple[Value, ...]]:
    """Yield each setting as people write it. What must not be seen is not shown."""
    usual = Config()
    for name, key in KEYS.items():
        value, default = (attrgetter(key.into)(one) for one in (config, usual))
        shown = "(not shown)" if name in _SECRET and value else _written(name, value)
        yield name, shown, _written(name, default), "no" if key.lasting else "yes"


def _written(name: str, value: object) -> str:
    match value:
        case str() if name in ("server", "store"):
            return without_password(value)
        case Trust(pems):
            return f"{len(pems)} keys"
        case Listen(host, port):
            return shown(host, port)
        case Enum():
            return str(value.value)
        case bool():
            return str(value).lower()
        case tuple():
            return ", ".join(_written(name, one) for one in value)
    return "" if value is None else str(value)


def without_password(dsn: str) -> str:
    """Return a connection string that may be shown."""
    parts = conninfo_to_dict(dsn)
    hidden = {key: "****" for key in ("password", "sslpassword") if key in parts}
    return make_conninfo("", **(parts | hidden))
