"""Files the commands write: whole or not at all, and never over another by mistake."""

import os
import secrets
from collections.abc import Collection, Mapping
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


def write_files(files: Mapping[Path, bytes], *, replacing: Collection[Path] = ()) -> None:
    """Write all files, or none of them; only those of `replacing` may be there already.

    Raises ConfigError.
    """
    for path in files:
        if os.path.isdir(path) or (os.path.lexists(path) and path not in replacing):
            raise ConfigError(_taken(path))
    passing = {path: path.with_name(f".{path.name[:100]}.{secrets.token_hex(6)}") for path in files}
    claimed: list[Path] = []
    at = Path()
    try:
        for at, data in files.items():
            _write(passing[at], data, 0o644)
        for at in files:
            if at not in replacing:
                _claim(at)
                claimed.append(at)
        for at in files:
            passing[at].replace(at)
        claimed = []
    except FileExistsError as error:
        raise ConfigError(_taken(at)) from error
    except OSError as error:
        raise ConfigError(f"cannot write {at}: {(error.strerror or '').lower()}") from error
    finally:
        for path in (*passing.values(), *claimed):
            with suppress(OSError):
                path.unlink()


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
