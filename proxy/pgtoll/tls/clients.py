"""What clients are offered and asked for: loaded from files, checked, and then one frozen value."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime

from pgtoll.config import Demand, Tls
from pgtoll.errors import ConfigError
from pgtoll.tls.certificates import Certificate
from pgtoll.tls.engine import ALPN, Engine
from pgtoll.tls.files import load_authorities, load_pair, load_revocations

log = logging.getLogger("pgtoll.tls")

_VERIFY = {
    Demand.OFF: ssl.CERT_NONE,
    Demand.ALLOW: ssl.CERT_OPTIONAL,
    Demand.REQUIRE: ssl.CERT_REQUIRED,
}


@dataclass(frozen=True, slots=True)
class ClientTls:
    """TLS as clients meet it. Connections that exist keep the one they began with."""

    demand: Demand = Demand.OFF
    context: ssl.SSLContext | None = None
    certificate: bytes | None = None  # our own (DER)

    def engine(self, transport: asyncio.Transport) -> Engine | None:
        """Return the engine of a new connection; None if it is not encrypted at all."""
        if self.context is None or _local(transport):
            return None
        return Engine(self.context, serves=True)

    def demanded(self, transport: asyncio.Transport) -> bool:
        """Whether a client is not served without, or not without a certificate of its own."""
        certificate = self.context is not None and self.context.verify_mode is ssl.CERT_REQUIRED
        return (certificate or self.demand is Demand.REQUIRE) and not _local(transport)


def _local(transport: asyncio.Transport) -> bool:
    """Whether it is a Unix socket: those are not encrypted, as in PostgreSQL."""
    sock = transport.get_extra_info("socket")
    return sock is not None and sock.family == socket.AF_UNIX


def load_client_tls(tls: Tls, now: datetime) -> ClientTls:
    """Load the files and check them. Raises ConfigError, and then nothing has changed."""
    if tls.clients is Demand.OFF:
        if tls.client_certificates is Demand.REQUIRE:
            raise ConfigError("tls_client_certs is require, which needs encryption: set tls")
        return ClientTls()
    if tls.certificate is None:
        raise ConfigError(f"tls is {tls.clients.value}, which needs a certificate: set tls_cert")
    context = _context(tls)
    certificate = load_pair(context, tls.certificate, tls.key or tls.certificate)
    _warn(tls, certificate, now)
    return ClientTls(tls.clients, context, certificate.der)


def _context(tls: Tls) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion[tls.minimum.replace(".", "_")]
    # As PostgreSQL has it: nothing is renegotiated, and no session goes on in another connection.
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_TICKET | ssl.OP_NO_COMPRESSION
    context.options |= ssl.OP_CIPHER_SERVER_PREFERENCE
    context.num_tickets = 0
    context.set_alpn_protocols([ALPN])
    if tls.client_certificates is not Demand.OFF:
        _ask_for_certificates(context, tls)
    return context


def _ask_for_certificates(context: ssl.SSLContext, tls: Tls) -> None:
    if tls.ca is None:
        raise ConfigError(
            f"tls_client_certs is {tls.client_certificates.value}, which needs to know whose "
            "certificates count: set tls_ca"
        )
    load_authorities(context, tls.ca)
    if tls.crl is not None:
        load_revocations(context, tls.crl)
    context.verify_mode = _VERIFY[tls.client_certificates]


def _warn(tls: Tls, certificate: Certificate, now: datetime) -> None:
    """Say what clients will complain about. Not all of them look, so it is no reason to stop."""
    if not certificate.begins <= now < certificate.ends:
        log.warning(
            "certificate %s is valid from %s to %s: clients that verify it will refuse it",
            tls.certificate.path if tls.certificate else "",
            f"{certificate.begins:%Y-%m-%d}",
            f"{certificate.ends:%Y-%m-%d}",
        )
