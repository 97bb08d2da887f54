"""Keys and certificates that were read from files: given to OpenSSL, and refused in one line."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pgtoll.config import Pem
from pgtoll.errors import ConfigError
from pgtoll.tls.certificates import Certificate, read_certificate
from pgtoll.tls.engine import reason


@contextmanager
def _file(data: bytes) -> Iterator[str]:
    """The name of a file in memory: OpenSSL is to see the bytes that we have seen."""
    fd = os.memfd_create("pgtoll")
    try:
        with open(fd, "wb", closefd=False) as file:
            file.write(data)
        yield f"/proc/self/fd/{fd}"
    finally:
        os.close(fd)


def load_pair(
    context: ssl.SSLContext, certificate: Pem, key: Pem, passphrase: str | None = None
) -> Certificate:
    """Load a certificate and its private key, and return the certificate. Raises ConfigError."""
    found = _certificate(certificate)
    locked = False

    def unlock() -> str:
        nonlocal locked
        locked = True
        if passphrase is None:
            raise ConfigError(f"private key {key.path} has a passphrase: use a key without one")
        return passphrase

    with _file(certificate.content) as shown, _file(key.secret) as secret:
        try:
            context.load_cert_chain(shown, secret, unlock)
        except ssl.SSLError as exc:
            if locked:
                raise ConfigError(f"private key {key.path} has another passphrase") from exc
            raise ConfigError(_wrong_pair(certificate, key, exc)) from exc
    return found


def _certificate(pem: Pem) -> Certificate:
    try:
        return read_certificate(pem.content)
    except ValueError as exc:
        raise ConfigError(f"{pem.path} is not a certificate in PEM form") from exc


def _wrong_pair(certificate: Pem, key: Pem, exc: ssl.SSLError) -> str:
    if exc.reason == "KEY_VALUES_MISMATCH":
        return f"private key {key.path} does not belong to certificate {certificate.path}"
    if exc.reason in (None, "PEM_LIB", "NO_START_LINE"):
        return f"{key.path} is not a private key in PEM form"
    return f"certificate {certificate.path} cannot be used: {reason(exc)}"


def load_authorities(context: ssl.SSLContext, pem: Pem) -> None:
    """Trust the certificates in a file. Raises ConfigError."""
    with _file(pem.content) as name:
        try:
            context.load_verify_locations(name)
        except ssl.SSLError as exc:
            raise ConfigError(f"{pem.path} holds no certificate in PEM form") from exc


def load_revocations(context: ssl.SSLContext, pem: Pem) -> None:
    """Refuse what is on these lists, and whose issuer has none. Raises ConfigError."""
    with _file(pem.content) as name:
        try:
            context.load_verify_locations(name)
        except ssl.SSLError as exc:
            raise ConfigError(
                f"{pem.path} holds no list of revoked certificates in PEM form"
            ) from exc
    context.verify_flags |= ssl.VERIFY_CRL_CHECK_CHAIN


def find_revocations(context: ssl.SSLContext, directory: Path) -> None:
    """The same with lists in a directory, which are found by the hash of their issuer's name."""
    if not directory.is_dir():
        raise ConfigError(f"{directory} is not a directory of revoked certificates")
    context.load_verify_locations(capath=directory)
    context.verify_flags |= ssl.VERIFY_CRL_CHECK_CHAIN
