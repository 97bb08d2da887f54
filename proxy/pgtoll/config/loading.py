"""Where settings come from: an option wins over the environment, and that over the file."""

import difflib
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from pgtoll.config.files import read_limited
from pgtoll.config.keys import KEYS
from pgtoll.config.settings import Config
from pgtoll.config.values import Given
from pgtoll.errors import ConfigError

CONFIG_LIMIT = 1 << 20  # bytes; a configuration is a page of text
VALUE_LIMIT = 1 << 16  # bytes of a value that has a file of its own


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
    for name in needs:
        if name not in given:
            key = KEYS[name]
            raise ConfigError(
                f"{name} is not set: give {key.option}, {key.variable} or the config key"
            )
    return _composed(given)


def _composed(given: Mapping[str, Given]) -> Config:
    """Read the values in the order of the KEYS, each into its place."""
    parts: dict[str, dict[str, object]] = {}
    for name, key in KEYS.items():
        if name in given:
            part, _, field = key.into.rpartition(".")
            parts.setdefault(part, {})[field] = key.read(given[name])
    config = Config()
    whole = parts.pop("", {})
    for part, fields in parts.items():
        whole[part] = replace(getattr(config, part), **fields)
    config = replace(config, **whole)  # type: ignore[arg-type]
    if config.store.dsn:
        return config
    return replace(config, store=replace(config.store, dsn=config.server.dsn))


def _from_options(options: Mapping[str, object]) -> dict[str, Given]:
    return {
        name: Given(value, KEYS[name].option)
        for name, value in options.items()
        if value not in (None, [], ())
    }


def _from_environment(environment: Mapping[str, str]) -> dict[str, Given]:
    """An empty variable counts as unset: that is how compose files and units leave one out.

    PGTOLL_SERVER_FILE names a file with the value of PGTOLL_SERVER, as secrets are handed over.
    """
    given: dict[str, Given] = {}
    for name, key in KEYS.items():
        value, file = environment.get(key.variable), environment.get(f"{key.variable}_FILE")
        if value and file:
            raise ConfigError(f"{key.variable} and {key.variable}_FILE are both set: unset one")
        if file:
            given[name] = Given(_value_of(Path(file), key.variable), f"{key.variable}_FILE {file}")
        elif value:
            given[name] = Given(value, key.variable)
    return given


def _value_of(file: Path, variable: str) -> str:
    """Return what stands in a file, without the line end that editors put behind it."""
    try:
        value = read_limited(file, VALUE_LIMIT).decode().rstrip("\r\n")
    except ConfigError as error:
        raise ConfigError(f"{variable}_FILE: {error}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{variable}_FILE: {file} is no text") from error
    if not value:
        raise ConfigError(f"{variable}_FILE: {file} is empty")
    return value


def _named_file(environment: Mapping[str, str]) -> Path | None:
    name = environment.get("PGTOLL_CONFIG")
    return Path(name) if name else None


def _from_file(path: Path | None) -> dict[str, Given]:
    if path is None:
        return {}
    table = _toml(path)
    for name in table:
        if name not in KEYS:
            raise ConfigError(f'unknown key "{name}" in {path}: {_suggestion(name)}')
    return {
        name: Given(value, f'key "{name}" of {path}', path.parent) for name, value in table.items()
    }


def _toml(path: Path) -> dict[str, object]:
    data = read_limited(path, CONFIG_LIMIT)
    try:
        return tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path} is not a TOML file: {error}") from error


def _suggestion(name: str) -> str:
    close = difflib.get_close_matches(name, KEYS, n=1)
    return f'did you mean "{close[0]}"?' if close else f"the keys are {', '.join(KEYS)}"
