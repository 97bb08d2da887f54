"""What clients are offered: loaded and checked as a whole, or refused as a whole."""

import asyncio
import logging
import socket
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from certificates import Authority, Pair

from pgtoll.config import Demand, Tls, read_pem
from pgtoll.errors import ConfigError, InsecureConnection
from pgtoll.tls import ALPN, ClientTls, Engine, load_client_tls

NOW = datetime.now(UTC)


class Socket(asyncio.Transport):
    """A transport of which only the family of its socket is asked."""

    def __init__(self, family: int = socket.AF_INET) -> None:
        self.sock = socket.socket(family)
        super().__init__({"socket": self.sock})


def meet(tls: ClientTls, asking: ssl.SSLContext) -> tuple[Engine, Engine]:
    """Shake hands with a client; the server's engine is the first."""
    transport = Socket()
    server, client = tls.engine(transport), Engine(asking, serves=False)
    transport.sock.close()
    assert server is not None
    client.shake_hands(b"")
    for _ in range(3):
        server.shake_hands(client.due())
        client.shake_hands(server.due())
    return server, client


def asking_with(authority: Authority, *pairs: Pair) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(authority.file)
    for pair in pairs:
        context.load_cert_chain(pair.certificate, pair.key)
    return context


def settings(pair: Pair, **others: object) -> Tls:
    given = {
        "clients": Demand.ALLOW,
        "certificate": read_pem(pair.certificate),
        "key": read_pem(pair.key),
    }
    return Tls(**{**given, **others})  # type: ignore[arg-type]


def test_nothing_is_offered_unless_wanted() -> None:
    assert load_client_tls(Tls(), NOW) == ClientTls()
    transport = Socket()
    assert ClientTls().engine(transport) is None
    transport.sock.close()


def test_a_certificate_is_needed() -> None:
    with pytest.raises(
        ConfigError, match="tls is require, which needs a certificate: set tls_cert"
    ):
        load_client_tls(Tls(clients=Demand.REQUIRE), NOW)


def test_the_newest_version_and_the_protocol_are_agreed(authority: Authority, pair: Pair) -> None:
    asking = asking_with(authority)
    asking.set_alpn_protocols(["http/1.1", ALPN])
    server, client = meet(load_client_tls(settings(pair), NOW), asking)
    assert server.tls.version() == "TLSv1.3"
    assert server.tls.selected_alpn_protocol() == ALPN
    assert client.tls.getpeercert(binary_form=True) == pair.der


def test_no_session_is_resumed(authority: Authority, pair: Pair) -> None:
    _, client = meet(load_client_tls(settings(pair), NOW), asking_with(authority))
    client.receive(b"")
    assert client.tls.session is None or not client.tls.session.has_ticket


def test_an_older_version_than_the_least_is_refused(authority: Authority, pair: Pair) -> None:
    asking = asking_with(authority)
    asking.maximum_version = ssl.TLSVersion.TLSv1_2
    meet(load_client_tls(settings(pair), NOW), asking)
    with pytest.raises(InsecureConnection):
        meet(load_client_tls(settings(pair, minimum="TLSv1.3"), NOW), asking)


def test_a_unix_socket_is_not_encrypted(pair: Pair) -> None:
    tls = load_client_tls(settings(pair, clients=Demand.REQUIRE), NOW)
    inside, outside = Socket(socket.AF_UNIX), Socket()
    assert tls.engine(inside) is None
    assert not tls.demanded(inside)
    assert tls.demanded(outside)
    inside.sock.close()
    outside.sock.close()


@pytest.mark.parametrize("asked", [Demand.ALLOW, Demand.REQUIRE])
def test_certificates_of_clients_are_verified(
    asked: Demand, authority: Authority, pair: Pair
) -> None:
    tls = load_client_tls(
        settings(pair, ca=read_pem(authority.file), client_certificates=asked), NOW
    )
    server, _ = meet(tls, asking_with(authority, authority.issue("bob")))
    assert server.tls.getpeercert(binary_form=True)
    stranger = Authority.new(authority.directory, "stranger").issue("bob", file="false-bob")
    with pytest.raises(InsecureConnection, match="certificate verify failed"):
        meet(tls, asking_with(authority, stranger))


def test_a_client_without_a_certificate_is_let_in_or_not(authority: Authority, pair: Pair) -> None:
    for asked in (Demand.ALLOW, Demand.REQUIRE):
        tls = load_client_tls(
            settings(pair, ca=read_pem(authority.file), client_certificates=asked), NOW
        )
        if asked is Demand.ALLOW:
            meet(tls, asking_with(authority))
        else:
            with pytest.raises(InsecureConnection, match="did not return a certificate"):
                meet(tls, asking_with(authority))


def test_who_needs_a_certificate_needs_encryption(authority: Authority, pair: Pair) -> None:
    asked = {"ca": read_pem(authority.file), "client_certificates": Demand.REQUIRE}
    inside, outside = Socket(socket.AF_UNIX), Socket()
    tls = load_client_tls(settings(pair, **asked), NOW)
    assert (tls.demanded(outside), tls.demanded(inside)) == (True, False)
    asked["client_certificates"] = Demand.ALLOW
    assert not load_client_tls(settings(pair, **asked), NOW).demanded(outside)
    inside.sock.close()
    outside.sock.close()


def test_certificates_cannot_be_required_where_nothing_is_encrypted() -> None:
    with pytest.raises(ConfigError, match=r"tls_client_certs is require, .*: set tls"):
        load_client_tls(Tls(client_certificates=Demand.REQUIRE), NOW)


def test_a_revoked_certificate_is_refused(authority: Authority, pair: Pair) -> None:
    bob, carol = authority.issue("bob"), authority.issue("carol")
    asked = {"ca": read_pem(authority.file), "client_certificates": Demand.REQUIRE}
    tls = load_client_tls(settings(pair, crl=read_pem(authority.revoke(bob)), **asked), NOW)
    meet(tls, asking_with(authority, carol))
    with pytest.raises(InsecureConnection, match="certificate revoked"):
        meet(tls, asking_with(authority, bob))


def test_whose_certificates_count_must_be_said(pair: Pair) -> None:
    with pytest.raises(ConfigError, match=r"tls_client_certs is allow, .*: set tls_ca"):
        load_client_tls(settings(pair, client_certificates=Demand.ALLOW), NOW)


def test_an_expired_certificate_is_told_of_and_used(
    pair: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        load_client_tls(settings(pair), NOW)
        assert not caplog.messages
        load_client_tls(settings(pair), NOW + timedelta(days=2))
    (line,) = caplog.messages
    assert line.endswith("clients that verify it will refuse it")
