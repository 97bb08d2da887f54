"""Files the commands write: whole or not at all, and never over another by mistake."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from pgtoll.errors import ConfigError


def write_file(path: Path, data: bytes, *, mode: int = 0o644, force: bool = False) -> None:
    """Write a file under a passing name and give it its own name when it is complete.

    Raises ConfigError when the name is taken (unless `force`) or nothing can be written there.
    """
    if os.path.isdir(path) or (os.path.lexists(path) and not force):
        raise ConfigError(_taken(path))
    passing = path.with_name(f".{path.name[:100]}.{secrets.token_hex(6)}")
    try:
        _write(passing, data, mode)
        if not force:
            _claim(path)
        passing.replace(path)
    except FileExistsError as error:
        raise ConfigError(_taken(path)) from error
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {(error.strerror or '').lower()}") from error
    finally:
        with suppress(OSError):  # gone after the replacement; never there if writing failed
            passing.unlink()


def _taken(path: Path) -> str:
    if os.path.isdir(path):
        return f"{path} is a directory: name a file in it"
    return f"{path} exists already: choose another name or remove it"


def _write(path: Path, data: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)


def _claim(path: Path) -> None:
    """Take the name, so that of two writers at once one fails instead of replacing the other's."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
