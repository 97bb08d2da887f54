"""Whom the proxy lets in, and what they are told first."""

from __future__ import annotations

from pgtoll.encodings import read_name
from pgtoll.errors import RefusedLogin, RefusedStartup
from pgtoll.gate import Gate, UserJudge
from pgtoll.store.managers import Managers
from pgtoll.wire.messages import notice_response
from pgtoll.wire.startup import Startup
from pgtoll_policy.policy import Policy
from pgtoll_policy.reminders import reminders
from pgtoll_policy.spelling import LICENSE_USER
from pgtoll_policy.verdict import lapsed
from pgtoll_policy.wording import Words

LOOK_SECONDS = 1.0  # that what is due is good for: many may log in at once
SUCCESSFUL = "00000"  # the SQLSTATE of a notice, PostgreSQL's own too
_LAPSED = "what is licensed is not known any more: connect through another proxy, or again later"


class Entrance:
    """Judges start-up packets for one served database."""

    def __init__(
        self, gate: Gate, managers: Managers, database: str, encoding: str = "UTF8"
    ) -> None:
        """`encoding` is the server's name for that of the database."""
        self._gate = gate
        self._managers = managers
        self._database = database
        self._encoding = encoding
        self._due: tuple[Words, ...] = ()
        self._due_of: Policy | None = None
        self._due_until = 0.0  # when to look again, by the gate's timer

    def admit(self, startup: Startup) -> UserJudge:
        """Return the judge of a client's statements. Raises RefusedStartup, RefusedLogin."""
        if not startup.user:
            raise RefusedStartup("no PostgreSQL user name specified in startup packet")
        served = self._database
        doubt = "" if startup.database == served else "it runs in another database"
        role = read_name(startup.user, self._encoding)
        judge = self._gate.judge(role, replication=startup.replication, doubt=doubt)
        if judge.standing.lapsed and not self._gate.observe:
            told = lapsed(judge.standing, role)
            raise RefusedLogin(told.sqlstate, _LAPSED, told.detail)
        if startup.sets(LICENSE_USER) and not (judge.impersonates or self._gate.observe):
            raise RefusedStartup(
                f'parameter "{LICENSE_USER}" cannot be set by user "{startup.user}": '
                "the key impersonators does not name it"
            )
        if judge.standing.clear or self._gate.observe:
            return judge
        if startup.replication:
            raise RefusedStartup(
                "a replication connection cannot be checked: it is for users who lack no license"
            )
        if doubt:
            raise RefusedStartup(
                f'this proxy serves database "{served}", not "{startup.database}": '
                "each database has a proxy of its own"
            )
        return judge

    async def greeting(self, startup: Startup) -> bytes:
        """Return what a license administrator is told first, of licenses that run out."""
        due = self._reminders()
        if (
            not due
            or startup.replication
            or not await self._managers.has(read_name(startup.user, self._encoding))
        ):
            return b""
        return b"".join(
            notice_response({"C": SUCCESSFUL, "M": one.message, "D": one.detail, "H": one.hint})
            for one in due
        )

    def _reminders(self) -> tuple[Words, ...]:
        gate, policy = self._gate, self._gate.picture.policy
        if self._due_of is not policy or gate.elapsed() >= self._due_until:
            self._due, self._due_of = reminders(policy, gate.now()), policy
            self._due_until = gate.elapsed() + LOOK_SECONDS
        return self._due
