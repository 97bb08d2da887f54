"""What a running program takes over of a new configuration, and what it does not."""

from dataclasses import replace

from pgtoll.config import Config, Listen, Mode, merged
from pgtoll.config.settings import Enforcement, Operation

OLD = Config()


def test_nothing_new_is_nothing_changed() -> None:
    assert merged(OLD, Config()) == (OLD, (), ())


def test_what_changes_is_named() -> None:
    new = replace(OLD, customer="acme", enforcement=Enforcement(mode=Mode.OBSERVE))
    assert merged(OLD, new) == (new, ("mode", "customer"), ())


def test_what_lasts_stays_as_it_was() -> None:
    new = replace(OLD, listen=(Listen("h", 1),), workers=3, customer="acme")
    assert merged(OLD, new) == (
        replace(OLD, customer="acme"), ("customer",), ("listen", "workers"),
    )  # fmt: skip


def test_of_one_part_some_may_last_and_some_not() -> None:
    new = replace(OLD, operation=Operation(drain_timeout=1, reuse_port=True))
    config, changed, kept = merged(OLD, new)
    assert config.operation == Operation(drain_timeout=1)
    assert (changed, kept) == (("drain_timeout",), ("reuse_port",))
