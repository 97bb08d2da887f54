"""A setting has one name, spelled three ways, and a place of its own."""

from operator import attrgetter

import pytest

from pgtoll.config import KEYS, Config


@pytest.mark.parametrize("name", KEYS)
def test_a_setting_has_a_place_in_the_configuration(name: str) -> None:
    attrgetter(KEYS[name].into)(Config())


def test_no_two_settings_share_a_place() -> None:
    places = [key.into for key in KEYS.values()]
    assert len(set(places)) == len(places)


def test_a_name_is_spelled_as_option_and_variable() -> None:
    key = KEYS["strict_parsers"]
    assert (key.option, key.variable) == ("--strict-parsers", "PGTOLL_STRICT_PARSERS")


@pytest.mark.parametrize("name", KEYS)
def test_every_setting_has_its_help(name: str) -> None:
    assert KEYS[name].help.endswith(".")
