"""Read the small files that people name: bounded, and refused in one line."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from pgtoll.config.settings import Pem
from pgtoll.errors import ConfigError

KEY_LIMIT = 1 << 16  # bytes; a PEM public key has about 120
PEM_LIMIT = 4 << 20  # bytes; all authorities that a system trusts have a quarter of a megabyte


def read_limited(path: Path, limit: int) -> bytes:
    """Return a file's bytes; raises ConfigError when it cannot be read or has more than `limit`."""
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigError(f"cannot read {path}: {reason.lower()}") from error
    if len(data) > limit:
        raise ConfigError(f"{path} is larger than {limit} bytes: not a file of ours")
    return data


def read_passphrase(file: Path | None, environment: Mapping[str, str] = os.environ) -> str | None:
    """Return a key's passphrase, of a file or PGTOLL_PASSPHRASE; None when neither is given.

    The line end that editors put behind it is not a part of it.
    """
    if file is None:
        return environment.get("PGTOLL_PASSPHRASE") or None
    try:
        text = read_limited(file, KEY_LIMIT).decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is not a passphrase: it is no text") from error
    if not text:
        raise ConfigError(f"{file} is empty: no passphrase")
    return text


def read_pem(path: Path) -> Pem:
    """Return a file with keys or certificates, or what is wrong with it."""
    try:
        data = read_limited(path, PEM_LIMIT)
        return Pem(path, data, exposed=_exposed(path, path.stat()))
    except (ConfigError, OSError) as error:
        return Pem(path, problem=str(error))


def _exposed(path: Path, status: os.stat_result) -> str:
    """Why a private key must not be there, by PostgreSQL's rules."""
    if not stat.S_ISREG(status.st_mode):
        return f"private key {path} is not a regular file"
    if status.st_uid not in (os.geteuid(), 0):
        return f"private key {path} must be owned by the user of pgtoll or by root"
    for_group = status.st_uid == 0 and os.geteuid() != 0
    if status.st_mode & (0o037 if for_group else 0o077):
        return (
            f"private key {path} has group or world access: give it mode 0600, "
            "or 0640 if root owns it"
        )
    return ""
