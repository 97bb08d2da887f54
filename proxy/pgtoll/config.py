"""Every setting of the program, from an option, the environment or a TOML file, or by default.

Nothing else reads the environment or the configuration file. What comes out is one frozen value.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from ipaddress import ip_network
from pathlib import Path
from typing import TypeVar

from pgtoll.errors import ConfigError
from pgtoll_policy.errors import LicenseError
from pgtoll_policy.keys import TrustedKeys, parse_public_key, trusted

CONFIG_LIMIT = 1 << 20  # bytes; a configuration is a page of text
KEY_LIMIT = 1 << 16  # bytes; a PEM public key has about 120
MOST_WORKERS = 256
SHORTEST_TOKEN = 16  # characters; what a front end shows must not be guessed

# The keys of the configuration file. Each is an option (--strict-parsers) and a variable
# (PGTOLL_STRICT_PARSERS) as well.
KEYS = (
    "server", "store", "listen", "trust", "workers", "mode", "strict_parsers",
    "trusted_functions", "customer", "impersonators",
    "console", "console_hosts", "console_forwarders", "operation_tokens", "cors_origins",
)  # fmt: skip

T = TypeVar("T")
D = TypeVar("D")


class Mode(Enum):
    """What happens to a statement that a license does not allow."""

    ENFORCE = "enforce"
    OBSERVE = "observe"  # decided and recorded, refused never


@dataclass(frozen=True, slots=True)
class Listen:
    """Where clients connect to the proxy."""

    host: str = "127.0.0.1"
    port: int = 6432  # 0 lets the operating system choose


@dataclass(frozen=True, slots=True)
class Console:
    """Where browsers reach the License manager, if it runs."""

    listen: Listen | None = None
    hosts: tuple[str, ...] = ()  # names of it, besides localhost and any address
    forwarders: tuple[str, ...] = ()  # addresses whose X-Forwarded headers count
    operation_tokens: tuple[str, ...] = ()  # of front ends, which ask about operations
    cors_origins: tuple[str, ...] = ()  # whose pages in browsers may ask; "*" is any


@dataclass(frozen=True, slots=True)
class Server:
    """The PostgreSQL that the proxy stands in front of."""

    dsn: str = ""  # libpq's: a URI, or keywords and values


@dataclass(frozen=True, slots=True)
class Store:
    """The database that holds schema `pgtoll`."""

    dsn: str = ""  # the server's own, unless the key `store` names another


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose signatures count. Plain bytes, so that a configuration can be handed to a process."""

    pems: tuple[bytes, ...] = ()

    def keys(self) -> TrustedKeys:
        """Return the public keys by their ids."""
        return trusted(parse_public_key(pem) for pem in self.pems)


@dataclass(frozen=True, slots=True)
class Enforcement:
    """How strictly statements are judged."""

    mode: Mode = Mode.ENFORCE
    strict_parsers: bool = False  # also refuse what only PostgreSQL's own grammar can read
    trusted_functions: tuple[
        str, ...
    ] = ()  # "schema.name" or "schema.name(types)" that a DBA vouches for


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose licenses count."""

    # Roles that log in for many people and name each by pgtoll.user; all others are themselves.
    impersonators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Config:
    """All settings; each module is handed the part that is its own."""

    server: Server = Server()
    store: Store = Store()
    listen: Listen = Listen()
    console: Console = Console()
    trust: Trust = Trust()
    enforcement: Enforcement = Enforcement()
    identity: Identity = Identity()
    customer: str | None = None  # whose licenses count; None accepts any customer's
    workers: int = 1  # processes that share the port


@dataclass(frozen=True, slots=True)
class Given:
    """One value as somebody wrote it, and how to name that place to them."""

    value: object
    place: str  # "--listen", "PGTOLL_LISTEN", 'key "listen" of pgtoll.toml'
    folder: Path = Path()  # where its relative paths start


def load_config(
    options: Mapping[str, object] | None = None,
    *,
    file: Path | None = None,
    environment: Mapping[str, str] = os.environ,
    needs: Iterable[str] = (),
) -> Config:
    """Return the settings: an option wins over the environment, and that over the file.

    `options` has a value, or None, for some of the KEYS; `needs` are those that have no default and
    must be set. Raises ConfigError, one line that names the place and says what to do.
    """
    given = _from_file(file or _named_file(environment))
    given |= _from_environment(environment)
    given |= _from_options(options or {})
    for key in needs:
        if key not in given:
            raise ConfigError(f"{key} is not set: give --{key}, {_variable(key)} or the config key")
    return _compose(given)


def _compose(given: Mapping[str, Given]) -> Config:
    dsn = _read(given, "server", _dsn, "")
    return Config(
        server=Server(dsn),
        store=Store(_read(given, "store", _dsn, dsn)),
        listen=_read(given, "listen", _listen, Listen()),
        console=Console(
            listen=_read(given, "console", _listen, None),
            hosts=_read(given, "console_hosts", _hosts, ()),
            forwarders=_read(given, "console_forwarders", _networks, ()),
            operation_tokens=_read(given, "operation_tokens", _tokens, ()),
            cors_origins=_read(given, "cors_origins", _origins, ()),
        ),
        trust=_read(given, "trust", _trust, Trust()),
        enforcement=Enforcement(
            mode=_read(given, "mode", _mode, Mode.ENFORCE),
            strict_parsers=_read(given, "strict_parsers", _flag, False),
            trusted_functions=_read(given, "trusted_functions", _functions, ()),
        ),
        identity=Identity(_read(given, "impersonators", _roles, ())),
        customer=_read(given, "customer", _text, None),
        workers=_read(given, "workers", _workers, 1),
    )


def _read(given: Mapping[str, Given], key: str, parse: Callable[[Given], T], default: D) -> T | D:
    return parse(given[key]) if key in given else default


# Where values come from


def _from_options(options: Mapping[str, object]) -> dict[str, Given]:
    written = {key: value for key, value in options.items() if value not in (None, [], ())}
    return {key: Given(value, f"--{key.replace('_', '-')}") for key, value in written.items()}


def _from_environment(environment: Mapping[str, str]) -> dict[str, Given]:
    """An empty variable counts as unset: that is how compose files and units leave one out."""
    names = {key: _variable(key) for key in KEYS}
    return {
        key: Given(environment[name], name) for key, name in names.items() if environment.get(name)
    }


def _variable(key: str) -> str:
    return f"PGTOLL_{key.upper()}"


def _named_file(environment: Mapping[str, str]) -> Path | None:
    name = environment.get("PGTOLL_CONFIG")
    return Path(name) if name else None


def _from_file(path: Path | None) -> dict[str, Given]:
    if path is None:
        return {}
    table = _toml(path)
    for key in table:
        if key not in KEYS:
            raise ConfigError(f'unknown key "{key}" in {path}: {_suggestion(key)}')
    return {
        key: Given(value, f'key "{key}" of {path}', path.parent) for key, value in table.items()
    }


def _toml(path: Path) -> dict[str, object]:
    data = read_limited(path, CONFIG_LIMIT)
    try:
        return tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path} is not a TOML file: {error}") from error


def _suggestion(key: str) -> str:
    close = difflib.get_close_matches(key, KEYS, n=1)
    return f'did you mean "{close[0]}"?' if close else f"the keys are {', '.join(KEYS)}"


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


# What they must look like


def _text(given: Given) -> str:
    if not isinstance(given.value, str) or not given.value:
        raise ConfigError(f"{given.place}: expected a text, found {given.value!r}")
    return given.value


_BETWEEN_FUNCTIONS = re.compile(r",(?![^()]*\))")  # not inside parentheses


def _functions(given: Given) -> tuple[str, ...]:
    """Return the names or signatures of a list, or of a text that joins them with commas."""
    value = given.value
    names = _BETWEEN_FUNCTIONS.split(value) if isinstance(value, str) else value
    if not isinstance(names, list):
        raise ConfigError(f"{given.place}: expected a list of functions, found {value!r}")
    for name in names:
        if not isinstance(name, str) or not all(name.strip().partition(".")):
            raise ConfigError(f"{given.place}: expected schema.function, found {name!r}")
    return tuple(name.strip() for name in names)


def _roles(given: Given) -> tuple[str, ...]:
    """Return the names of a list, or of a text that joins them with commas, as they stand there."""
    value = given.value
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list):
        raise ConfigError(f"{given.place}: expected a list of roles, found {value!r}")
    for name in names:
        if not isinstance(name, str) or not name.strip():
            raise ConfigError(f"{given.place}: expected the name of a role, found {name!r}")
    return tuple(dict.fromkeys(name.strip() for name in names))


def _hosts(given: Given) -> tuple[str, ...]:
    names = _words(given)
    for name in names:
        if not name.isascii() or set(name) & set("/:@ *"):
            raise ConfigError(f"{given.place}: expected a host name alone, found {name!r}")
    return names


def _networks(given: Given) -> tuple[str, ...]:
    texts = _words(given)
    for text in texts:
        try:
            ip_network(text, strict=False)
        except ValueError as error:
            raise ConfigError(
                f"{given.place}: expected an address or a network, found {text!r}"
            ) from error
    return texts


def _tokens(given: Given) -> tuple[str, ...]:
    """Return secrets; a message never shows one."""
    tokens = _words(given)
    for number, token in enumerate(tokens, start=1):
        if len(token) < SHORTEST_TOKEN or not token.isascii() or not token.isprintable():
            raise ConfigError(
                f"{given.place}: token {number} must be {SHORTEST_TOKEN} or more ASCII characters"
            )
    return tokens


_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?")


def _origins(given: Given) -> tuple[str, ...]:
    texts = _words(given)
    for text in texts:
        if text != "*" and not _ORIGIN.fullmatch(text):
            raise ConfigError(
                f"{given.place}: expected an origin such as https://app.example, found {text!r}"
            )
    return texts


def _words(given: Given) -> tuple[str, ...]:
    """Return the texts of a list, or of a text that joins them with commas."""
    words = given.value.split(",") if isinstance(given.value, str) else given.value
    if not isinstance(words, list):
        raise ConfigError(f"{given.place}: expected a list of texts, found {given.value!r}")
    for word in words:
        if not isinstance(word, str) or not word.strip():
            raise ConfigError(f"{given.place}: expected a text, found {word!r}")
    return tuple(word.strip() for word in words)


def _flag(given: Given) -> bool:
    words = {True: True, False: False, "true": True, "false": False}
    value = given.value.lower() if isinstance(given.value, str) else given.value
    if not isinstance(value, bool | str) or value not in words:
        raise ConfigError(f"{given.place}: expected true or false, found {given.value!r}")
    return words[value]


def _workers(given: Given) -> int:
    text = str(given.value)
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= MOST_WORKERS):
        raise ConfigError(
            f"{given.place}: expected a number from 1 to {MOST_WORKERS}, found {given.value!r}"
        )
    return int(text)


def _mode(given: Given) -> Mode:
    try:
        return Mode(given.value)
    except ValueError as error:
        words = " or ".join(mode.value for mode in Mode)
        raise ConfigError(f"{given.place}: expected {words}, found {given.value!r}") from error


def _listen(given: Given) -> Listen:
    """Read HOST:PORT; an IPv6 address stands in brackets."""
    host, colon, port = _text(given).rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    bare = host[1:-1] if bracketed else host
    number = int(port) if port.isascii() and port.isdecimal() and len(port) <= 5 else -1
    if not colon or not bare or (":" in bare and not bracketed) or not 0 <= number <= 65535:
        raise ConfigError(f"{given.place}: expected HOST:PORT, found {given.value!r}")
    return Listen(bare, number)


def _dsn(given: Given) -> str:
    """Let libpq itself say whether it can read the connection string."""
    # Here, because the library takes longer to load than most commands to run.
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    dsn = _text(given)
    try:
        conninfo_to_dict(dsn)
    except ProgrammingError as error:
        reason = " ".join(str(error).split())
        raise ConfigError(f"{given.place}: not a connection string of libpq: {reason}") from error
    return dsn


def _trust(given: Given) -> Trust:
    files = [file for path in _paths(given) for file in _key_files(given, path)]
    trust = Trust(tuple(dict.fromkeys(_public_key(given, file) for file in files)))
    try:
        trust.keys()
    except LicenseError as error:
        raise ConfigError(f"{given.place}: {error}") from error
    return trust


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
    data = read_limited(path, KEY_LIMIT)
    try:
        parse_public_key(data)
    except LicenseError as error:
        raise ConfigError(
            f"{given.place}: {path} is not a public key: {error}; the vendor gives a vendor.pub"
        ) from error
    return data
