"""What of a new configuration a running program can take over."""

from dataclasses import replace
from operator import attrgetter
from typing import NamedTuple

from pgtoll.config.keys import KEYS
from pgtoll.config.settings import Config


class Merged(NamedTuple):
    """A configuration that a running program can go by."""

    config: Config
    changed: tuple[str, ...]  # names of keys
    kept: tuple[str, ...]  # those that stay as they were until a restart


def merged(old: Config, new: Config) -> Merged:
    """Return the new configuration, with those settings of the old one that last."""
    differ = [name for name, key in KEYS.items() if _differs(key.into, old, new)]
    kept = tuple(name for name in differ if KEYS[name].lasting)
    for name in kept:
        new = _with(new, KEYS[name].into, attrgetter(KEYS[name].into)(old))
    return Merged(new, tuple(name for name in differ if name not in kept), kept)


def _differs(into: str, old: Config, new: Config) -> bool:
    value = attrgetter(into)
    return bool(value(old) != value(new))


def _with(config: Config, into: str, value: object) -> Config:
    part, _, field = into.rpartition(".")
    if part:
        part_value = replace(getattr(config, part), **{field: value})
        return replace(config, **{part: part_value})
    return replace(config, **{field: value})  # type: ignore[arg-type]
