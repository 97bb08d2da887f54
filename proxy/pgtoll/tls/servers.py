"""How PostgreSQL is spoken to, as libpq's parameters say: the same words mean the same here.

See "SSL Support" and "Parameter Key Words" in libpq's manual.
"""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from ipaddress import ip_address
from pathlib import Path

from pgtoll.config import read_pem
from pgtoll.errors import ConfigError, InsecureConnection
from pgtoll.tls.asking import ask, shake_hands
from pgtoll.tls.engine import ALPN, Engine
from pgtoll.tls.files import find_revocations, load_authorities, load_pair, load_revocations
from pgtoll.tls.names import verify_name

_VERSIONS = {"TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}
_FOLDER = ".postgresql"  # in the home directory: libpq's default files


class SslMode(Enum):
    """libpq's `sslmode`."""

    DISABLE = "disable"
    ALLOW = "allow"
    PREFER = "prefer"
    REQUIRE = "require"
    VERIFY_CA = "verify-ca"
    VERIFY_FULL = "verify-full"

    @property
    def ways(self) -> tuple[bool, ...]:
        """Whether to encrypt: what is tried first, and what next if that is turned down."""
        match self:
            case SslMode.DISABLE:
                return (False,)
            case SslMode.ALLOW:
                return (False, True)
            case SslMode.PREFER:
                return (True, False)
            case _:
                return (True,)

    @property
    def verifies(self) -> bool:
        return self in (SslMode.VERIFY_CA, SslMode.VERIFY_FULL)


@dataclass(frozen=True, slots=True)
class ServerTls:
    """TLS as servers meet it. Connections that exist keep the one they began with."""

    mode: SslMode = SslMode.DISABLE
    context: ssl.SSLContext | None = None
    direct: bool = False  # without asking first
    names_host: bool = True  # tells the server by which name it was reached (SNI)

    async def secure(self, socket: asyncio.Transport, host: str) -> asyncio.Transport:
        """Return what replaces a socket's transport: itself, if the server has no TLS and need not.

        It does not read yet. Raises InsecureConnection; then the socket is of no use any more.
        """
        if not self.direct and not await ask(socket):
            if SslMode.PREFER is not self.mode:
                raise InsecureConnection("server does not support SSL, but SSL was required")
            socket.pause_reading()
            return socket
        engine = self._engine(host)
        transport = await shake_hands(socket, engine)
        self._verify(engine, host)
        return transport

    def _engine(self, host: str) -> Engine:
        if self.context is None:
            raise InsecureConnection(f"sslmode={self.mode.value} uses no TLS")
        try:
            return Engine(
                self.context, serves=False, server_name=host if self._named(host) else None
            )
        except ValueError as exc:
            raise InsecureConnection(f"{host!r} cannot be the name of a server") from exc

    def _named(self, host: str) -> bool:
        """Whether the server is told the name: addresses are none (RFC 6066)."""
        if not self.names_host or not host:
            return False
        try:
            ip_address(host.partition("%")[0])
        except ValueError:
            return True
        return False

    def _verify(self, engine: Engine, host: str) -> None:
        if self.direct and engine.tls.selected_alpn_protocol() != ALPN:
            raise InsecureConnection(
                "direct SSL connection was established without ALPN protocol negotiation extension"
            )
        if self.mode is SslMode.VERIFY_FULL:
            verify_name(engine.tls.getpeercert(binary_form=True) or b"", host)


def home_directory() -> Path | None:
    """Return where libpq looks for its default files; None for an account that has no such place.

    An account that exists while a program runs (systemd's DynamicUser, a container's number) may
    stand in no list, and HOME need not be set.
    """
    try:
        return Path.home()
    except RuntimeError:
        return None


def load_server_tls(parameters: Mapping[str, str], home: Path | None) -> ServerTls:
    """Load the files that libpq's parameters name, or its default ones. Raises ConfigError."""
    if parameters.get("gssencmode") == "require":
        raise ConfigError("gssencmode=require: GSSAPI encryption is not spoken, use TLS")
    mode, direct = _mode(parameters), parameters.get("sslnegotiation") == "direct"
    if direct and False in mode.ways:
        raise ConfigError(
            f'weak sslmode "{mode.value}" may not be used with sslnegotiation=direct (use '
            '"require", "verify-ca", or "verify-full")'
        )
    if mode is SslMode.DISABLE:
        return ServerTls()
    context = _context(parameters)
    folder = home / _FOLDER if home else None
    _trust(context, parameters, folder, mode)
    _show_certificate(context, parameters, folder)
    return ServerTls(mode, context, direct, parameters.get("sslsni", "1") != "0")


def _mode(parameters: Mapping[str, str]) -> SslMode:
    system = parameters.get("sslrootcert") == "system"
    given = parameters.get("sslmode") or ("verify-full" if system else "prefer")
    try:
        mode = SslMode(given)
    except ValueError as exc:
        raise ConfigError(f'invalid sslmode value: "{given}"') from exc
    if system and mode not in (SslMode.VERIFY_FULL, SslMode.DISABLE):
        raise ConfigError(
            f'weak sslmode "{given}" may not be used with sslrootcert=system (use "verify-full")'
        )
    return mode


def _context(parameters: Mapping[str, str]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # libpq's rules are not OpenSSL's: we look ourselves
    context.verify_mode = ssl.CERT_NONE
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION | ssl.OP_NO_TICKET
    context.set_alpn_protocols([ALPN])
    context.minimum_version = _version(parameters, "ssl_min_protocol_version", "TLSv1.2")
    context.maximum_version = _version(parameters, "ssl_max_protocol_version", "TLSv1.3")
    return context


def _version(parameters: Mapping[str, str], name: str, default: str) -> ssl.TLSVersion:
    given = parameters.get(name) or default
    if given not in _VERSIONS:
        raise ConfigError(f'invalid {name} value: "{given}" (use {" or ".join(_VERSIONS)})')
    return _VERSIONS[given]


def _trust(
    context: ssl.SSLContext, parameters: Mapping[str, str], folder: Path | None, mode: SslMode
) -> None:
    """Trust the authorities of a file; as with libpq it is used in every mode if it is there."""
    given = parameters.get("sslrootcert")
    if given == "system":
        context.set_default_verify_paths()
    elif path := _find(given, folder, "root.crt"):
        load_authorities(context, read_pem(path))
    elif mode.verifies:
        named = given or (folder / "root.crt" if folder else "root.crt of the home directory")
        raise ConfigError(
            f"root certificate file {named} does not exist: provide it, use the system's "
            "trusted roots with sslrootcert=system, or change sslmode"
        )
    else:
        return
    context.verify_mode = ssl.CERT_REQUIRED
    _refuse_revoked(context, parameters, folder)


def _find(given: str | None, folder: Path | None, name: str) -> Path | None:
    """Return the file that is named, or libpq's default one; None if there is none.

    Where we may not look there is no default one: the home may be another account's, such as
    root's that sudo has left in HOME. Raises ConfigError if that is a file that was named.
    """
    if not given:
        default = folder and folder / name
        return default if default and os.path.exists(default) else None
    try:
        return Path(given) if Path(given).exists() else None
    except OSError as exc:
        raise ConfigError(f"cannot read {given}: {(exc.strerror or '').lower()}") from exc


def _refuse_revoked(
    context: ssl.SSLContext, parameters: Mapping[str, str], folder: Path | None
) -> None:
    file, directory = parameters.get("sslcrl"), parameters.get("sslcrldir")
    if not (file or directory):
        file = str(_find(None, folder, "root.crl") or "")
    if file:
        load_revocations(context, read_pem(Path(file)))
    if directory:
        find_revocations(context, Path(directory))


def _show_certificate(
    context: ssl.SSLContext, parameters: Mapping[str, str], folder: Path | None
) -> None:
    """Have a certificate of our own for servers that ask for one; as with libpq none is fine."""
    wanted = parameters.get("sslcertmode") or "allow"
    if wanted == "require":
        raise ConfigError("sslcertmode=require cannot be checked: use allow")
    certificate = _find(parameters.get("sslcert"), folder, "postgresql.crt")
    if wanted == "disable" or certificate is None:
        return
    key = parameters.get("sslkey") or (folder and folder / "postgresql.key")
    if key is None:
        raise ConfigError("sslkey is not set, and there is no home directory to find a key in")
    passphrase = parameters.get("sslpassword") or None
    load_pair(context, read_pem(certificate), read_pem(Path(key)), passphrase)
