"""Keys and certificates as files: loaded into OpenSSL, and refused in one line."""

from __future__ import annotations

import os
import ssl
import stat
from pathlib import Path

from pgtoll.config import read_limited
from pgtoll.errors import ConfigError
from pgtoll.tls.certificates import Certificate, read_certificate
from pgtoll.tls.engine import reason

FILE_LIMIT = 4 << 20  # bytes; all authorities that a system trusts have a quarter of a megabyte


def load_pair(
    context: ssl.SSLContext, certificate: Path, key: Path, passphrase: str | None = None
) -> Certificate:
    """Load a certificate and its private key, and return the certificate. Raises ConfigError."""
    found = _certificate(certificate)
    check_private(key)
    read_limited(key, FILE_LIMIT)

    locked = False

    def unlock() -> str:
        nonlocal locked
        locked = True
        if passphrase is None:
            raise ConfigError(f"private key {key} has a passphrase: use a key without one")
        return passphrase

    try:
        context.load_cert_chain(certificate, key, unlock)
    except ssl.SSLError as exc:
        if locked:
            raise ConfigError(f"private key {key} has another passphrase") from exc
        raise ConfigError(_wrong_pair(certificate, key, exc)) from exc
    return found


def _certificate(path: Path) -> Certificate:
    try:
        return read_certificate(read_limited(path, FILE_LIMIT))
    except ValueError as exc:
        raise ConfigError(f"{path} is not a certificate in PEM form") from exc


def _wrong_pair(certificate: Path, key: Path, exc: ssl.SSLError) -> str:
    if exc.reason == "KEY_VALUES_MISMATCH":
        return f"private key {key} does not belong to certificate {certificate}"
    if exc.reason in (None, "PEM_LIB", "NO_START_LINE"):
        return f"{key} is not a private key in PEM form"
    return f"certificate {certificate} cannot be used: {reason(exc)}"


def check_private(path: Path) -> None:
    """Refuse a private key that others can read, by PostgreSQL's rules. Raises ConfigError."""
    try:
        status = path.stat()
    except (OSError, ValueError) as exc:
        text = getattr(exc, "strerror", None) or str(exc)
        raise ConfigError(f"cannot read {path}: {text.lower()}") from exc
    if not stat.S_ISREG(status.st_mode):
        raise ConfigError(f"private key {path} is not a regular file")
    if status.st_uid not in (os.geteuid(), 0):
        raise ConfigError(f"private key {path} must be owned by the user of pgtoll or by root")
    for_group = status.st_uid == 0 and os.geteuid() != 0
    if status.st_mode & (0o037 if for_group else 0o077):
        raise ConfigError(
            f"private key {path} has group or world access: give it mode 0600, "
            "or 0640 if root owns it"
        )


def load_authorities(context: ssl.SSLContext, path: Path) -> None:
    """Trust the certificates in a file. Raises ConfigError."""
    read_limited(path, FILE_LIMIT)
    try:
        context.load_verify_locations(path)
    except ssl.SSLError as exc:
        raise ConfigError(f"{path} holds no certificate in PEM form") from exc


def load_revocations(
    context: ssl.SSLContext, path: Path | None, directory: Path | None = None
) -> None:
    """Refuse what is on these lists, and what is on no list at all. Raises ConfigError."""
    if path is not None:
        read_limited(path, FILE_LIMIT)
    try:
        context.load_verify_locations(path, directory)
    except ssl.SSLError as exc:
        raise ConfigError(f"{path} holds no list of revoked certificates in PEM form") from exc
    context.verify_flags |= ssl.VERIFY_CRL_CHECK_CHAIN
