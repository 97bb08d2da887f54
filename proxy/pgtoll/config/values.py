"""What the value of a setting must look like. Each reader raises ConfigError, one line."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from ipaddress import ip_network
from pathlib import Path
from typing import TypeVar

from pgtoll.config.files import KEY_LIMIT, read_limited, read_pem
from pgtoll.config.settings import Auth, Demand, Listen, Pem, Trust
from pgtoll.errors import ConfigError
from pgtoll_policy.errors import LicenseError

DAY_SECONDS = 24 * 60 * 60.0
LEVELS = ("debug", "info", "warning", "error")
SHORTEST_TOKEN = 16  # characters; what a front end shows must not be guessed


@dataclass(frozen=True, slots=True)
class Given:
    """One value as somebody wrote it, and how to name that place to them."""

    value: object
    place: str  # "--listen", "PGTOLL_LISTEN", 'key "listen" of pgtoll.toml'
    folder: Path = Path()  # where its relative paths start


def text(given: Given) -> str:
    if not isinstance(given.value, str) or not given.value:
        raise ConfigError(f"{given.place}: expected a text, found {given.value!r}")
    return given.value


_BETWEEN_FUNCTIONS = re.compile(r",(?![^()]*\))")  # not inside parentheses


def functions(given: Given) -> tuple[str, ...]:
    """Return the names or signatures of a list, or of a text that joins them with commas."""
    value = given.value
    names = _BETWEEN_FUNCTIONS.split(value) if isinstance(value, str) else value
    if not isinstance(names, list):
        raise ConfigError(f"{given.place}: expected a list of functions, found {value!r}")
    for name in names:
        if not isinstance(name, str) or not all(name.strip().partition(".")):
            raise ConfigError(f"{given.place}: expected schema.function, found {name!r}")
    return tuple(name.strip() for name in names)


def roles(given: Given) -> tuple[str, ...]:
    """Return the names of a list, or of a text that joins them with commas, as they stand there."""
    value = given.value
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list):
        raise ConfigError(f"{given.place}: expected a list of roles, found {value!r}")
    for name in names:
        if not isinstance(name, str) or not name.strip():
            raise ConfigError(f"{given.place}: expected the name of a role, found {name!r}")
    return tuple(dict.fromkeys(name.strip() for name in names))


def hosts(given: Given) -> tuple[str, ...]:
    names = listed(given)
    for name in names:
        if not name.isascii() or set(name) & set("/:@ *"):
            raise ConfigError(f"{given.place}: expected a host name alone, found {name!r}")
    return names


def networks(given: Given) -> tuple[str, ...]:
    texts = listed(given)
    for text in texts:
        try:
            ip_network(text, strict=False)
        except ValueError as error:
            raise ConfigError(
                f"{given.place}: expected an address or a network, found {text!r}"
            ) from error
    return texts


def tokens(given: Given) -> tuple[str, ...]:
    """Return secrets; a message never shows one."""
    secrets = listed(given)
    for position, token in enumerate(secrets, start=1):
        if len(token) < SHORTEST_TOKEN or not token.isascii() or not token.isprintable():
            raise ConfigError(
                f"{given.place}: token {position} must be {SHORTEST_TOKEN} or more ASCII characters"
            )
    return secrets


_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?")


def origins(given: Given) -> tuple[str, ...]:
    texts = listed(given)
    for text in texts:
        if text != "*" and not _ORIGIN.fullmatch(text):
            raise ConfigError(
                f"{given.place}: expected an origin such as https://app.example, found {text!r}"
            )
    return texts


def listed(given: Given) -> tuple[str, ...]:
    """Return the texts of a list, or of a text that joins them with commas."""
    words = given.value.split(",") if isinstance(given.value, str) else given.value
    if not isinstance(words, list):
        raise ConfigError(f"{given.place}: expected a list of texts, found {given.value!r}")
    for word in words:
        if not isinstance(word, str) or not word.strip():
            raise ConfigError(f"{given.place}: expected a text, found {word!r}")
    return tuple(word.strip() for word in words)


def flag(given: Given) -> bool:
    flags = {True: True, False: False, "true": True, "false": False}
    value = given.value.lower() if isinstance(given.value, str) else given.value
    if not isinstance(value, bool | str) or value not in flags:
        raise ConfigError(f"{given.place}: expected true or false, found {given.value!r}")
    return flags[value]


def number(least: int, most: int) -> Callable[[Given], int]:
    """Return the reader of a whole number in these bounds."""

    def read(given: Given) -> int:
        text = str(given.value)
        if not (text.isascii() and text.isdecimal() and least <= int(text[:9]) <= most):
            raise ConfigError(
                f"{given.place}: expected a number from {least} to {most}, found {given.value!r}"
            )
        return int(text)

    return read


LEAST_AUDIT, MOST_AUDIT = 7, 36_500  # days: by then each day's figures are written down


def audit_days(given: Given) -> int:
    """Return for how many days records are kept, 0 for ever."""
    text = str(given.value)
    if text == "0":
        return 0
    try:
        return number(LEAST_AUDIT, MOST_AUDIT)(given)
    except ConfigError:
        raise ConfigError(
            f"{given.place}: expected a number of days from {LEAST_AUDIT} to {MOST_AUDIT:,}, or 0 "
            f"for ever, found {given.value!r}"
        ) from None


Word = TypeVar("Word", bound=Enum)


def word(words: type[Word]) -> Callable[[Given], Word]:
    """Return the reader of one word of a list."""

    def read(given: Given) -> Word:
        try:
            return words(given.value)
        except ValueError as error:
            known = " or ".join(each.value for each in words)
            raise ConfigError(f"{given.place}: expected {known}, found {given.value!r}") from error

    return read


def seconds(given: Given) -> float:
    """Read a length of time in seconds, of at most a day."""
    try:
        length = float(str(given.value))
    except ValueError:
        length = -1.0
    if isinstance(given.value, bool) or not 0 <= length <= DAY_SECONDS:
        raise ConfigError(f"{given.place}: expected seconds from 0 to a day, found {given.value!r}")
    return length


_UNITS = {"": 1, "kB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}  # as in postgresql.conf
_SIZE = re.compile(r"([0-9]{1,12}) *(|kB|MB|GB)")
LEAST_FILE, MOST_FILE = 64 << 10, 1 << 40


def file_size(given: Given) -> int:
    """Read how large a file may get, in bytes or with a unit; 0 is without end."""
    match = None if isinstance(given.value, bool) else _SIZE.fullmatch(str(given.value))
    size = int(match[1]) * _UNITS[match[2]] if match else -1
    if size and not LEAST_FILE <= size <= MOST_FILE:
        raise ConfigError(
            f"{given.place}: expected 0 or a size from 64kB to 1024GB, such as 64MB, "
            f"found {given.value!r}"
        )
    return size


def share(given: Given) -> float:
    """Read a share, from 0 to 1."""
    try:
        part = float(str(given.value))
    except ValueError:
        part = -1.0
    if isinstance(given.value, bool) or not 0 <= part <= 1:
        raise ConfigError(f"{given.place}: expected a share from 0 to 1, found {given.value!r}")
    return part


def level(given: Given) -> str:
    name = str(given.value).lower()
    if name not in LEVELS:
        raise ConfigError(f"{given.place}: expected {' or '.join(LEVELS)}, found {given.value!r}")
    return name


def demand(given: Given) -> Demand:
    try:
        return Demand(given.value)
    except ValueError as error:
        raise ConfigError(
            f"{given.place}: expected off, allow or require, found {given.value!r}"
        ) from error


def pem(given: Given) -> Pem:
    """Return a file with keys or certificates; what is wrong with it counts when it is used."""
    return read_pem(given.folder / text(given))


TLS_VERSIONS = ("TLSv1.2", "TLSv1.3")  # OpenSSL's names, as PostgreSQL writes them


def tls_version(given: Given) -> str:
    version = text(given)
    if version not in TLS_VERSIONS:
        words = " or ".join(TLS_VERSIONS)
        raise ConfigError(f"{given.place}: expected {words}, found {version!r}")
    return version


def auth(given: Given) -> Auth:
    try:
        return Auth(given.value)
    except ValueError as error:
        words = ", ".join(auth.value for auth in Auth)
        raise ConfigError(f"{given.place}: expected {words}, found {given.value!r}") from error


_PARAMETER = re.compile(r"\$[0-9]+")


def auth_query(given: Given) -> str:
    query = text(given)
    if set(_PARAMETER.findall(query)) != {"$1"}:
        raise ConfigError(
            f"{given.place}: expected SQL that returns the name and the secret of user $1"
        )
    return query


def listen(given: Given) -> Listen:
    """Read HOST:PORT; an IPv6 address stands in brackets."""
    host, colon, port = text(given).rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    bare = host[1:-1] if bracketed else host
    number = int(port) if port.isascii() and port.isdecimal() and len(port) <= 5 else -1
    if not colon or not bare or (":" in bare and not bracketed) or not 0 <= number <= 65535:
        raise ConfigError(f"{given.place}: expected HOST:PORT, found {given.value!r}")
    return Listen(bare, number)


def listens(given: Given) -> tuple[Listen, ...]:
    """Read the HOST:PORT of a list, or of texts that join them with commas."""
    value = [given.value] if isinstance(given.value, str) else given.value
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ConfigError(f"{given.place}: expected HOST:PORT or a list, found {given.value!r}")
    words = [word.strip() for one in value for word in one.split(",")]
    found = tuple(listen(replace(given, value=word)) for word in words if word)
    if not found:
        raise ConfigError(f"{given.place}: expected HOST:PORT, found {given.value!r}")
    return tuple(dict.fromkeys(found))


def dsn(given: Given) -> str:
    """Let libpq itself say whether it can read the connection string."""
    # Here, because the library takes longer to load than most commands to run.
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    dsn = text(given)
    try:
        conninfo_to_dict(dsn)
    except ProgrammingError as error:
        reason = " ".join(str(error).split())
        raise ConfigError(f"{given.place}: not a connection string of libpq: {reason}") from error
    return dsn


def trust(given: Given) -> Trust:
    """Return the keys of files and directories, and the revocations that stand beside them."""
    paths = _paths(given)
    files = [file for path in paths for file in _key_files(given, path)]
    keys = tuple(dict.fromkeys(_public_key(given, file) for file in files))
    trust = Trust(keys, tuple(file for path in paths for file in _revocations(given, path)))
    try:
        trust.keys()
    except LicenseError as error:
        raise ConfigError(f"{given.place}: {error}") from error
    return trust


def _revocations(given: Given, folder: Path) -> Iterator[bytes]:
    """Yield the files of a directory that are called *.revocation: each has to be sound.

    Who signed them is seen where they are used: keys may be trusted by other settings as well.
    """
    # Here, because the library takes longer to load than most commands to run.
    from pgtoll_policy.envelope import MAX_FILE_BYTES, REVOCATION_TYPE, parse_envelope

    for file in sorted(folder.glob("*.revocation")) if folder.is_dir() else ():
        data = read_limited(file, MAX_FILE_BYTES)
        try:
            sound = parse_envelope(data).payload_type == REVOCATION_TYPE
        except LicenseError as error:
            raise ConfigError(f"{given.place}: {file} is not a revocation: {error}") from error
        if not sound:
            raise ConfigError(f"{given.place}: {file} is not a revocation but another signed file")
        yield data


def _paths(given: Given) -> list[Path]:
    """Return the paths of a list, or of a text that joins them as PATH does."""
    value = given.value
    names = value.split(os.pathsep) if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not names:
        raise ConfigError(f"{given.place}: expected a file or a directory, found {value!r}")
    for name in names:
        if not isinstance(name, str | Path) or not str(name):
            raise ConfigError(f"{given.place}: expected a file or a directory, found {name!r}")
    return [given.folder / name for name in names]


def _key_files(given: Given, path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.glob("*.pub") if not file.is_dir())
    if not files:
        raise ConfigError(f"{given.place}: no *.pub file in {path}: put the vendor's key there")
    return files


def _public_key(given: Given, path: Path) -> bytes:
    # Here, because the library takes longer to load than most commands to run.
    from pgtoll_policy.keys import parse_public_key

    data = read_limited(path, KEY_LIMIT)
    try:
        parse_public_key(data)
    except LicenseError as error:
        raise ConfigError(
            f"{given.place}: {path} is not a public key: {error}; the vendor gives a vendor.pub"
        ) from error
    return data


def directories(given: Given) -> tuple[str, ...]:
    """Return directories of Unix sockets; @ begins an abstract name, which is none."""
    return tuple(
        name if name.startswith("@") else str(given.folder.absolute() / name)
        for name in listed(given)
    )


def permissions(given: Given) -> int:
    """Read the mode of a file, in octal digits as chmod has it."""
    text = f"{given.value:o}" if type(given.value) is int else str(given.value)
    if not re.fullmatch(r"0?[0-7]{3}", text):
        raise ConfigError(f"{given.place}: expected a mode such as 0770, found {given.value!r}")
    return int(text, 8)
