"""The way into the console: a login as any other, then who may do what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from pgtoll.admin.client import AdminClient
from pgtoll.admin.commands import (
    INSUFFICIENT_PRIVILEGE,
    LICENSING,
    Commands,
    Program,
    Rights,
)
from pgtoll.admin.conversation import Conversation
from pgtoll.admin.language import Command, CommandError
from pgtoll.admin.program import SHAPES
from pgtoll.caller import Caller
from pgtoll.errors import RefusedStartup
from pgtoll.login import Talk
from pgtoll.office.desk import Desk
from pgtoll.trails import Entry, Kind, Outcome
from pgtoll.wire.startup import Startup

CONSOLE = "administrator's console"


class Reception:
    """Takes the clients whose database is the console's name."""

    def __init__(
        self,
        program: Program,
        now: Callable[[], datetime],
        served: str,
        note: Callable[[Entry], None] = lambda entry: None,
    ) -> None:
        """`served` is the database behind the proxy: by its name clients mean that one.

        `note` has the audit tell of who comes, and what they have done.
        """
        self._program = program
        self._desk = Desk(program.config)
        self._config = program.config  # that the desk goes by
        self._now = now
        self._served = served
        self._note = note

    def takes(self, startup: Startup) -> bool:
        """Tell whether a client wants the console."""
        name = self._program.config.admin.database
        return startup.database == name != self._served and not startup.replication

    def as_served(self, startup: Startup) -> Startup:
        """Return the start-up that PostgreSQL is asked to check the client by."""
        return startup.into(self._served)

    async def serve(self, talk: Talk, caller: Caller, count: Callable[[], None]) -> None:
        """Serve a client that has logged in, until it leaves.

        `count` is called when it has proven who it is. Raises RefusedStartup when it may do nothing
        here, and what `count` raises.
        """
        said = await talk.refusal()
        if said is not None:
            self._note(self._login(caller, Outcome.REFUSED, "could not log in to"))
            talk.refuse(said)
            return
        count()
        user = caller.role
        rights = await self._rights(await self._current_desk(), user)
        if not rights.any:
            self._note(self._login(caller, Outcome.REFUSED, "may not use"))
            raise RefusedStartup(
                f'permission denied: role "{user}" may not use the console of pgtoll; it is for '
                "superusers, the keys admins and stats_users, and members of pgtoll_manager"
            )
        self._note(self._login(caller, Outcome.DONE, "has logged in to"))
        needed = partial(self._rights_for, user)
        remember = partial(self._remember, caller)
        desk, now = self._current_desk, self._now
        commands = Commands(needed, self._program, desk, now, SHAPES, remember)
        client = AdminClient(Conversation(commands.run, commands.describe))
        talk.take_client(client)
        await client.serve()

    async def close(self) -> None:
        """Let go of the databases."""
        await self._desk.close()

    async def _current_desk(self) -> Desk:
        """Return the desk that goes by the configuration in force."""
        if self._config is not self._program.config:
            old, self._config = self._desk, self._program.config
            self._desk = Desk(self._config)
            await old.close()
        return self._desk

    async def _rights_for(self, user: str, command: Command) -> Rights:
        """Return what somebody who is here has of the rights that a command takes, now.

        Who is listed may do what stops the proxy while PostgreSQL does not answer, too.
        """
        config = self._program.config.admin
        if command.word in LICENSING:
            return Rights(manages=await (await self._current_desk()).is_manager(user))
        if user in config.admins:
            return Rights(admin=True)
        desk = await self._current_desk()
        return Rights(admin=await desk.is_superuser(user), looks=user in config.stats_users)

    async def _rights(self, desk: Desk, user: str) -> Rights:
        config = self._program.config.admin
        return Rights(
            admin=user in config.admins or await desk.is_superuser(user),
            looks=user in config.stats_users,
            manages=await desk.is_manager(user),
        )

    def _remember(self, caller: Caller, command: Command, problem: CommandError | None) -> None:
        """Have the audit tell of a command."""
        act = f"{command.verb} {command.word}".strip()
        denied = problem is not None and problem.sqlstate == INSUFFICIENT_PRIVILEGE
        outcome = Outcome.REFUSED if denied else Outcome.FAILED if problem else Outcome.DONE
        said = f"{caller.role}: {act}" + (f": {problem}" if problem else "")
        entry = self._entry(Kind.COMMAND, caller, outcome, said)
        sqlstate = problem.sqlstate if problem else ""
        self._note(replace(entry, act=act, sqlstate=sqlstate))

    def _login(self, caller: Caller, outcome: Outcome, what: str) -> Entry:
        return self._entry(Kind.LOGIN, caller, outcome, f"{caller.role} {what} the {CONSOLE}")

    def _entry(self, kind: Kind, caller: Caller, outcome: Outcome, said: str) -> Entry:
        return Entry(
            at=self._now(),
            kind=kind,
            outcome=outcome,
            user=caller.role,
            role=caller.role,
            address=caller.address,
            database=caller.database,
            application_name=caller.application,
            act=CONSOLE,
            message=said,
        )
