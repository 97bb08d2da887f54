"""Who may come in: log-in, the session of a request, and whether a form is one of ours."""

import asyncio
import hmac
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from starlette.requests import HTTPConnection

from pgtoll.console.attempts import Attempts
from pgtoll.console.credentials import Answer, ask
from pgtoll.console.sessions import Account, Sessions, form_word
from pgtoll.store.link import Link
from pgtoll.trails import Entry, Kind, Outcome

log = logging.getLogger("pgtoll.console")

ANSWER_SECONDS = 1.0  # a log-in that fails takes this long, whatever the reason
MOST_AT_ONCE = 8  # log-ins: each is a connection to PostgreSQL

CONSOLE = "License manager"  # what the audit calls it
COOKIE = "pgtoll"
SECURE_COOKIE = (
    "__Host-pgtoll"  # browsers take one of this name only encrypted, and for no subdomain
)
FORM_FIELD = "csrf"
FORM_HEADER = "x-csrf-token"  # for requests without a form

WRONG = "This name and password do not let you in."
UNPROVEN = (
    "PostgreSQL asks you for no password, so the console cannot know who you are. Give {name} a "
    "password, and let pg_hba.conf ask for scram-sha-256 from the console's address."
)
NO_MANAGER = (
    "{name} does not manage licenses. A database administrator can change that: "
    "GRANT pgtoll_manager TO {name};"
)
TOO_OFTEN = "Too many attempts. Try again in {seconds} s."


@dataclass(frozen=True, slots=True)
class Admission:
    """The answer to a log-in: the word of the session, or why there is none."""

    word: str = ""
    refusal: str = ""
    wait: timedelta = timedelta()  # until the next attempt is heard


class Doorman:
    """Lets license administrators in, and knows them again. Methods raise StoreError."""

    def __init__(
        self,
        dsn: str,
        now: Callable[[], datetime],
        *,
        local: bool = False,
        note: Callable[[Entry], None] = lambda entry: None,
    ) -> None:
        """Ask the server of `dsn`. A `local` console is reached from its own machine alone.

        `note` has the audit tell of who logs in.
        """
        self._now = now
        self._local = local
        self._note = note
        self._link = Link(dsn)
        self._sessions = Sessions(self._link)
        self._attempts = Attempts(self._link)
        self._turns = asyncio.Semaphore(MOST_AT_ONCE)

    async def close(self) -> None:
        """Close the connection to the store."""
        await self._link.close()

    async def log_in(self, user: str, password: str, address: str) -> Admission:
        """Open a session for whoever PostgreSQL lets in with this password, if they may manage."""
        wait = await self._attempts.begin(user, address, self._now())
        if wait > timedelta():
            return Admission(
                refusal=TOO_OFTEN.format(seconds=ceil(wait.total_seconds())), wait=wait
            )
        admission = await self._judged(user, password, address)
        self._note(self._entry(user, address, admission))
        return admission

    async def _judged(self, user: str, password: str, address: str) -> Admission:
        loop = asyncio.get_running_loop()
        until = loop.time() + ANSWER_SECONDS
        async with self._turns:
            answer = await ask(self._link, user, password)
        if answer is Answer.RIGHT:
            await self._attempts.succeeded(user, address)
            return await self._admit(user, proven=True)
        admission = await self._unproven(user) if answer is Answer.UNPROVEN else Admission()
        if not admission.word:
            await asyncio.sleep(until - loop.time())
        return admission if admission != Admission() else Admission(refusal=WRONG)

    async def who(self, request: HTTPConnection, *, in_use: bool = True) -> Account | None:
        """Return the license administrator whose session a request carries."""
        word = session_word(request)
        return await self._sessions.find(word, self._now(), in_use=in_use) if word else None

    async def log_out(self, request: HTTPConnection) -> None:
        """End the session of a request everywhere."""
        await self._sessions.close(session_word(request))

    def _entry(self, user: str, address: str, admission: Admission) -> Entry:
        let_in = bool(admission.word)
        return Entry(
            at=self._now(),
            kind=Kind.LOGIN,
            outcome=Outcome.DONE if let_in else Outcome.REFUSED,
            user=user,
            address=address,
            act=CONSOLE,
            message=f"{user} {'has logged in' if let_in else 'could not log in'} to the {CONSOLE}",
            reason=admission.refusal,
        )

    async def _unproven(self, user: str) -> Admission:
        """Let in whom the server takes at their word, if only its own machine can ask us.

        There we are no weaker than the server: whoever asks us could ask it.
        """
        if not self._local:
            return Admission(refusal=UNPROVEN.format(name=user))
        log.warning("%r is let in without a password: the server asks for none", user)
        return await self._admit(user, proven=False)

    async def _admit(self, user: str, *, proven: bool) -> Admission:
        account = await self._sessions.account(user)
        if account is None:
            return Admission(refusal=NO_MANAGER.format(name=user))
        return Admission(await self._sessions.open(account, self._now(), proven=proven))


def session_word(request: HTTPConnection) -> str:
    """Return the word that a request carries: of a program in its header, else in the cookie."""
    scheme, _, word = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return word.strip()
    return request.cookies.get(cookie_name(request), "")


def cookie_name(request: HTTPConnection) -> str:
    """Return the name of our cookie on this way to us."""
    return SECURE_COOKIE if request.url.scheme == "https" else COOKIE


def is_ours(request: HTTPConnection, word: str) -> bool:
    """Tell whether a request that changes something was sent by one of our own pages.

    `word` is what its form or header carries. A program's bearer token is proof enough: no browser
    sends it by itself.
    """
    if request.headers.get("authorization", "").lower().startswith("bearer "):
        return True
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    cookie = request.cookies.get(cookie_name(request), "")
    return bool(cookie) and hmac.compare_digest(
        form_word(cookie).encode(), word.encode(errors="replace")
    )
