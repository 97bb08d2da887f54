"""CVE class: hostile server during SCRAM. Behind a running proxy it ends one login, and no more."""

import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

import liars
import psycopg
import pytest
from impostor import Impostor, impostor
from liars import Liar, Lie
from proxies import Proxy, Site, running_proxy
from psycopg.conninfo import make_conninfo
from raw_client import RawClient, Reply, sqlstates, startup, types

from pgtoll.errors import RefusedLogin
from pgtoll.wire.messages import message
from pgtoll.wire.sasl import read_authentication, sasl_initial_response
from pgtoll.wire.scram import SCRAM, Secret, read_secret

pytestmark = pytest.mark.live

PASSWORD = "correct horse"
QUIET = 0.5  # seconds in which somebody who had something to say would have
FAULT = "closed by a fault in pgtoll"
NOT_TRUSTED = "PostgreSQL is not trusted with this login: "
LEFT = "the connection to PostgreSQL was lost"
GONE = "server closed the connection unexpectedly"  # libpq's words for it
OUT_OF_TURN = "PostgreSQL sent authentication request {} out of turn"


@dataclass
class Lying:
    """A proxy whose server lies to one user, and what that one hears."""

    site: Site
    proxy: Proxy
    it: Impostor
    secret: Secret

    @property
    def user(self) -> str:
        return self.site.alice

    @contextmanager
    def telling(self, lie: Lie) -> Iterator[list[bytes]]:
        """Lie for as long as the context lasts; yields what the liar is told."""
        heard: list[bytes] = []

        def act(sock: socket.socket) -> None:
            with suppress(OSError, RefusedLogin):  # it may be lied to as well
                lie(Liar(self.secret, sock, heard))

        self.it.act = act
        try:
            yield heard
        finally:
            self.it.act = None

    def told(self, *, proxied: bool = True) -> str:
        """What the victim's driver says."""
        dsn = self.proxy.dsn(
            self.user, password=PASSWORD, require_auth="scram-sha-256", sslmode="disable"
        )
        if not proxied:
            dsn = make_conninfo(dsn, port=self.it.port)
        with pytest.raises(psycopg.OperationalError) as caught:
            psycopg.connect(dsn)
        return str(caught.value).rpartition(" failed: ")[2]

    def goes_on(self) -> None:
        """Nothing is left of it: others log in, so does the victim when nobody lies, no fault."""
        for user in (self.site.bob, self.user):
            self.it.victim = ""
            with self.proxy.connect(user, password=PASSWORD) as session:
                assert session.execute("SELECT 1").fetchone() == (1,)
        self.it.victim = self.user
        lines = self.proxy.log.read_text(errors="replace").splitlines()
        assert [line for line in lines if FAULT in line or "Traceback" in line] == []


@contextmanager
def lying(site: Site, auth: str) -> Iterator[Lying]:
    """A proxy behind which the victim meets a liar."""
    site.run(f"ALTER ROLE {site.alice} PASSWORD '{PASSWORD}'")
    site.run(f"ALTER ROLE {site.bob} PASSWORD '{PASSWORD}'")
    kept = site.value(f"SELECT rolpassword FROM pg_authid WHERE rolname = '{site.alice}'")
    secret = read_secret(str(kept))
    assert secret is not None
    with impostor((site.database.host, site.database.port), site.alice) as it:
        between = replace(site.database, host="127.0.0.1", port=it.port)
        with running_proxy(between, site.trust, options=("--auth", auth)) as proxy:
            yield Lying(site, proxy, it, secret)


@pytest.fixture(scope="module")
def checked(licensed_site: Site) -> Iterator[Lying]:
    """The proxy checks the password and logs in with a ClientKey."""
    with lying(licensed_site, "scram") as found:
        yield found


@pytest.fixture(scope="module")
def relayed(licensed_site: Site) -> Iterator[Lying]:
    """The proxy passes on what the server asks for."""
    with lying(licensed_site, "relay") as found:
        yield found


# What a client is told whose proxy logs in for it.
TOLD: list[tuple[Lie, str]] = [
    (liars.wrong_signature, NOT_TRUSTED + "it does not know the password's secret"),
    (liars.short_signature, NOT_TRUSTED + "it does not know the password's secret"),
    (liars.no_signature, OUT_OF_TURN.format(0)),
    (liars.in_at_once_behind_the_first, OUT_OF_TURN.format(0)),
    (liars.an_error_for_a_signature, NOT_TRUSTED + "its last SCRAM message is not one"),
    (liars.many_iterations, "PostgreSQL keeps another password for this user"),
    (liars.no_iterations, "PostgreSQL keeps another password for this user"),
    (liars.iterations_without_end, NOT_TRUSTED + "its SCRAM iteration count is none"),
    (liars.another_salt, "PostgreSQL keeps another password for this user"),
    (liars.another_nonce, NOT_TRUSTED + "its SCRAM nonce does not continue ours"),
    (liars.the_same_nonce, NOT_TRUSTED + "its SCRAM nonce does not continue ours"),
    (liars.long_nonce, NOT_TRUSTED + "its SCRAM nonce is too long or cannot be read"),
    (liars.continues_forever, OUT_OF_TURN.format(11)),
    (liars.asks_forever, OUT_OF_TURN.format(10)),
    (liars.an_error_in_between, "no more of this"),
    (liars.leaves_in_between, LEFT),
    (liars.giant_message, "invalid message length"),
    (liars.two_gigabytes, "invalid message length"),
    (liars.negative_length, "invalid message length"),
    (liars.no_length, "invalid message length"),
    (liars.no_kind, "PostgreSQL's authentication request has no type"),
    (liars.endless_notices, "received N"),  # libpq does not wait for the end
    (liars.password_in_clear, "PostgreSQL asks pgtoll for a password in clear text"),
    (liars.md5, "PostgreSQL asks pgtoll for an MD5 password"),
    (liars.clear_after_scram, OUT_OF_TURN.format(3)),
    (liars.unknown_mechanism, "a SASL mechanism that pgtoll does not have"),
    (liars.no_mechanisms, "PostgreSQL's list of SASL mechanisms is none"),
    (liars.unknown_request, "PostgreSQL asks pgtoll for another proof"),
    (liars.rows_before_the_end, "PostgreSQL sent message type 68 out of turn"),
]


def _named(lie: object) -> str | None:
    return getattr(lie, "__name__", None)


@pytest.mark.parametrize(("lie", "told"), TOLD, ids=_named)
def test_a_lie_ends_the_login_that_the_proxy_makes(checked: Lying, lie: Lie, told: str) -> None:
    """CVE class: hostile server during SCRAM (CVE-2026-6665, CVE-2026-6666)."""
    with checked.telling(lie) as heard:
        assert told in checked.told()
    # A proof at the most, and never the password or the key that the client's proof revealed.
    assert len(heard) <= 2
    assert not any(PASSWORD.encode() in words for words in heard)
    checked.goes_on()


def test_a_server_that_asks_for_a_password_gets_nothing(checked: Lying) -> None:
    """CVE class: hostile server during SCRAM. A ClientKey is no answer to anything else."""
    for lie in (liars.password_in_clear, liars.md5, liars.unknown_mechanism):
        with checked.telling(lie) as heard:
            checked.told()
        assert heard == []


# What no driver waits for: it would count for a day, or the message is longer than ours may be.
NOT_FOR_DRIVERS = {"many_iterations", "long_nonce", "endless_notices"}
OVER_OUR_BOUNDS = {"giant_message", "two_gigabytes", "negative_length", "no_length", "no_kind",
                   "no_mechanisms", "rows_before_the_end"}  # fmt: skip
SEEN = [lie for lie, _ in TOLD if lie.__name__ not in NOT_FOR_DRIVERS | OVER_OUR_BOUNDS]


@pytest.mark.parametrize("lie", SEEN, ids=_named)
def test_a_driver_sees_through_a_lie_as_it_does_directly(relayed: Lying, lie: Lie) -> None:
    """CVE class: hostile server during SCRAM. The proxy adds nothing and hides nothing."""
    with relayed.telling(lie):
        directly = relayed.told(proxied=False)
        told = relayed.told()
    assert told == directly or (LEFT in told and GONE in directly)
    relayed.goes_on()


@pytest.mark.parametrize("lie", [lie for lie, _ in TOLD], ids=_named)
def test_a_client_that_believes_everything_costs_nobody_else(relayed: Lying, lie: Lie) -> None:
    """CVE class: pre-authentication allocation and loops. It may even answer all that it is asked.

    The proxy closes; where it is the proxy that says why, it says so in one message.
    """
    with relayed.telling(lie), RawClient(relayed.proxy.port) as client:
        client.send(startup(user=relayed.user, database=relayed.site.database.dbname))
        replies = believing(client)
    states = sqlstates(replies)
    assert len(states) <= 1
    assert types(replies).count(b"R") <= 101
    relayed.goes_on()


def believing(client: RawClient) -> list[Reply]:
    """Answer whatever is asked, with what looks like an answer, until nothing more comes."""
    found: list[Reply] = []
    client.socket.settimeout(QUIET)
    with suppress(OSError):
        while reply := client.reply():
            found.append(reply)
            if reply[0] == b"R" and len(reply[1]) >= 9:
                client.send(_answer(read_authentication(reply[1])[0]))
    return found


def _answer(number: int) -> bytes:
    answers: dict[int, Callable[[], bytes]] = {
        0: bytes,
        10: lambda: sasl_initial_response(SCRAM, b"n,,n=,r=" + secrets.token_hex(9).encode()),
        12: bytes,
    }
    return answers.get(number, lambda: message(b"p", b"c=biws,r=x,p=" + b"A" * 43 + b"="))()


def test_a_loop_of_questions_is_cut_off(relayed: Lying) -> None:
    """CVE class: pre-authentication loops."""
    with relayed.telling(liars.continues_forever), RawClient(relayed.proxy.port) as client:
        client.send(startup(user=relayed.user, database=relayed.site.database.dbname))
        replies = believing(client)
    assert sqlstates(replies) == ["08P01"]
    assert b"PostgreSQL says too much before it lets the client in" in replies[-1][1]
    relayed.goes_on()
