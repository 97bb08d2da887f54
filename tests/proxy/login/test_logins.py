"""Who checks the password, by setting and by what TLS there is."""

import asyncio
from collections.abc import Callable

import pytest
from log_ins import Parties, SecureWire, Wire, story, wire
from passphrases import PLUS_HEADER, Client, client_key, secret_of

from pgtoll.config import Auth, Login
from pgtoll.errors import PgtollError, RefusedLogin, ServerUnavailable
from pgtoll.login.line import Line
from pgtoll.login.logins import Logins
from pgtoll.login.lookup import Found, Lookup
from pgtoll.login.talk import Gone
from pgtoll.wire.messages import error_response
from pgtoll.wire.sasl import (
    Request,
    authentication,
    authentication_sasl,
    read_authentication,
    read_initial_response,
    sasl_initial_response,
    sasl_response,
)
from pgtoll.wire.scram import SCRAM, SCRAM_PLUS, mock_secret
from pgtoll.wire.scram_check import Check
from pgtoll.wire.startup import Startup

OURS, THEIRS = b"o" * 32, b"t" * 32  # hashes of certificates
SECRET = secret_of("open sesame")
OK = authentication(Request.OK)
STARTUP = Startup(b"startup", {"user": "dana"})


class Kept(Lookup):
    """Knows one user."""

    def __init__(self) -> None:
        self.asked = 0

    async def find(self, user: str, query: str) -> Found:
        self.asked += 1
        found = SECRET if user == "dana" else mock_secret(user, b"nonce", 2)
        return Found(found, "" if user == "dana" else "no such role")


class Scene(Parties):
    """A client, a server and the logins between them."""

    def __init__(self, auth: Auth, client: Wire, server: Wire) -> None:
        super().__init__(client, server)
        self.kept = Kept()
        self.reached = asyncio.Event()
        self.logins = Logins(self._connect, self.kept, Login(auth))

    async def _connect(
        self, factory: Callable[[], Line], startup: bytes
    ) -> tuple[asyncio.Transport, Line]:
        line = factory()
        line.connection_made(self.server)
        line.write(startup)
        self.reached.set()
        return self.server, line

    def run(self, startup: Startup = STARTUP, seconds: float = 5) -> "asyncio.Task[None]":
        return asyncio.ensure_future(self.logins.run(self.talk, startup, seconds))

    async def prove(self, client: Client, mechanism: bytes) -> None:
        """The client's side of SCRAM, up to its last message."""
        await self.heard(self.client)
        self.talk.client.data_received(sasl_initial_response(mechanism, client.first))
        (first,) = await self.heard(self.client)
        final = client.final(read_authentication(first)[1])
        self.talk.client.data_received(sasl_response(final))

    async def let_in(self, binding: bytes | None) -> None:
        """The server's side of it."""
        await self.reached.wait()
        check = Check(SECRET, b"3rfcNHYJY1ZVvWVs7j", binding)
        await self.ask(authentication_sasl(check.mechanisms))
        (initial,) = await self.heard(self.server)
        mechanism, data = read_initial_response(initial)
        assert mechanism == (SCRAM_PLUS if binding else SCRAM)
        check.choose(mechanism)
        assert data is not None
        await self.ask(authentication(Request.SASL_CONTINUE, check.first(data)))
        (final,) = await self.heard(self.server)
        assert check.final(final[5:]) == client_key("open sesame", SECRET)
        await self.ask(authentication(Request.SASL_FINAL, check.server_final) + OK)

    async def ask(self, request: bytes) -> None:
        """Let the server say something, once it has heard who comes."""
        if self.server.sent.startswith(b"startup"):
            self.server.sent = self.server.sent.removeprefix(b"startup")
        self.talk.server.data_received(request)
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("auth", "ours", "theirs"),
    [
        (Auth.RELAY, OURS, THEIRS),
        (Auth.SCRAM, OURS, THEIRS),
        (Auth.SCRAM, None, THEIRS),
        (Auth.SCRAM, OURS, None),
        (Auth.SCRAM, None, None),
    ],
)
def test_a_password_opens_both_doors(auth: Auth, ours: bytes | None, theirs: bytes | None) -> None:
    async def tell() -> None:
        scene = Scene(auth, wire(ours), wire(theirs))
        task, server = scene.run(), asyncio.ensure_future(scene.let_in(theirs))
        client = Client("open sesame", PLUS_HEADER if ours else b"n,,", ours or b"")
        await scene.prove(client, SCRAM_PLUS if ours else SCRAM)
        await server
        await task
        final, last = await scene.heard(scene.client, 2)
        assert read_authentication(final)[0] == Request.SASL_FINAL
        assert last == OK
        assert scene.kept.asked == 1

    story(tell)


@pytest.mark.parametrize(("ours", "theirs"), [(None, None), (OURS, None), (None, THEIRS)])
def test_with_tls_on_one_side_passwords_are_passed_on(
    ours: bytes | None, theirs: bytes | None
) -> None:
    async def tell() -> None:
        scene = Scene(Auth.RELAY, wire(ours), wire(theirs))
        task = scene.run()
        await scene.reached.wait()
        await scene.ask(authentication_sasl([SCRAM_PLUS, SCRAM] if theirs else [SCRAM]))
        assert await scene.heard(scene.client) == [authentication_sasl([SCRAM])]
        assert scene.kept.asked == 0
        task.cancel()

    story(tell)


@pytest.mark.parametrize(
    "request_",
    [authentication(Request.CLEARTEXT), authentication(Request.MD5, b"salt"), OK,
     authentication_sasl([b"OAUTHBEARER"])],
)  # fmt: skip
def test_what_is_not_bound_to_tls_is_passed_on_anyhow(request_: bytes) -> None:
    async def tell() -> None:
        scene = Scene(Auth.RELAY, wire(OURS), wire(THEIRS))
        task = scene.run()
        await scene.reached.wait()
        await scene.ask(request_)
        assert await scene.heard(scene.client) == [request_]
        assert scene.kept.asked == 0
        task.cancel()

    story(tell)


@pytest.mark.parametrize(("user", "password"), [("dana", "wrong"), ("ghost", "open sesame")])
def test_the_server_does_not_hear_of_who_proves_nothing(user: str, password: str) -> None:
    async def tell() -> None:
        scene = Scene(Auth.SCRAM, Wire(), Wire())
        task = scene.run(Startup(b"startup", {"user": user}))
        await scene.prove(Client(password), SCRAM)
        with pytest.raises(RefusedLogin) as caught:
            await task
        assert str(caught.value) == f'password authentication failed for user "{user}"'
        assert caught.value.sqlstate == "28P01"
        assert not scene.reached.is_set()

    story(tell)


def test_a_server_that_trusts_us_is_told_nothing_of_the_password() -> None:
    async def tell() -> None:
        scene = Scene(Auth.SCRAM, Wire(), Wire())
        task = scene.run()
        await scene.prove(Client("open sesame"), SCRAM)
        await scene.reached.wait()
        await scene.ask(OK)
        await task
        assert scene.server.sent in (b"", b"startup")

    story(tell)


def test_an_error_of_the_servers_ends_the_login_and_is_kept() -> None:
    async def tell() -> None:
        scene = Scene(Auth.SCRAM, Wire(), Wire())
        task = scene.run()
        await scene.prove(Client("open sesame"), SCRAM)
        await scene.reached.wait()
        await scene.ask(error_response({"M": "too many"}, "FATAL"))
        await task
        assert scene.talk.server.kind == ord("E")
        assert scene.client.sent == b""  # not that we know the password: nobody is in

    story(tell)


async def with_certificate(name: str | None, asks: bytes = OK) -> Scene:
    scene = Scene(Auth.CERT, SecureWire(OURS, name), Wire())
    task = scene.run()
    await asyncio.sleep(0)
    if scene.reached.is_set():
        await scene.ask(asks)
    await task
    return scene


def test_a_certificate_opens_for_whom_it_names() -> None:
    async def tell() -> None:
        scene = await with_certificate("dana")
        assert scene.talk.welcome == OK
        assert scene.kept.asked == 0

    story(tell)


@pytest.mark.parametrize(
    ("name", "asks", "told"),
    [
        (None, OK, "connection requires a valid client certificate"),
        ("", OK, "connection requires a valid client certificate"),
        ("Dana", OK, 'certificate authentication failed for user "dana"'),
        ("dana ", OK, 'certificate authentication failed for user "dana"'),
        (
            "dana",
            authentication(Request.MD5, b"salt"),
            "PostgreSQL asks pgtoll for an MD5 password",
        ),
        ("dana", authentication_sasl([SCRAM]), "PostgreSQL asks pgtoll for a password"),
    ],
)
def test_and_for_nobody_else(name: str | None, asks: bytes, told: str) -> None:
    async def tell() -> None:
        with pytest.raises(RefusedLogin, match=told) as caught:
            await with_certificate(name, asks)
        assert caught.value.sqlstate == "28000"

    story(tell)


async def ended(scene: Scene, task: "asyncio.Task[None]") -> PgtollError:
    with pytest.raises(PgtollError) as caught:
        await task
    assert scene.client.sent.count(OK) == 0
    assert not scene.talk.welcome
    return caught.value


def test_who_says_nothing_is_let_go_in_time() -> None:
    """CVE class: pre-authentication loops."""

    async def tell() -> None:
        scene = Scene(Auth.SCRAM, Wire(), Wire())
        error = await ended(scene, scene.run(seconds=0.05))
        assert isinstance(error, RefusedLogin)
        assert (error.sqlstate, str(error)) == ("57014", "canceling authentication due to timeout")

    story(tell)


def test_a_client_that_leaves_is_not_told_anything() -> None:
    async def tell() -> None:
        scene = Scene(Auth.RELAY, Wire(), Wire())
        task = scene.run()
        await scene.reached.wait()
        scene.talk.client.connection_lost(None)
        assert isinstance(await ended(scene, task), Gone)

    story(tell)


def test_a_server_that_closes_at_once_is_unavailable() -> None:
    async def tell() -> None:
        scene = Scene(Auth.RELAY, Wire(), Wire())
        scene.server.aborted = True
        assert isinstance(await ended(scene, scene.run()), ServerUnavailable)

    story(tell)
