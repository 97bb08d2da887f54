"""Read the small files that people name: bounded, and refused in one line."""

import os
from collections.abc import Mapping
from pathlib import Path

from pgtoll.errors import ConfigError

KEY_LIMIT = 1 << 16  # bytes; a PEM public key has about 120


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
