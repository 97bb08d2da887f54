"""The shared options are spelled as the settings are."""

import re

import pytest
from calls import done

from pgtoll.config import KEYS

OPTIONS = ["--config", *(key.option for key in KEYS.values())]


def test_serve_has_an_option_for_every_setting() -> None:
    printed = done("serve", "--help")
    assert [option for option in OPTIONS if not re.search(f"{option}[ ,]", printed)] == []


@pytest.mark.parametrize(
    "command", ["license upload", "license list", "seats grant", "seats list", "check"]
)
def test_commands_on_the_store_take_server_and_trust(command: str) -> None:
    printed = done(*command.split(), "--help")
    assert "--server " in printed
    assert "--trust " in printed


@pytest.mark.parametrize("command", ["license list", "seats list", "inspect", "check"])
def test_what_programs_read_comes_as_json(command: str) -> None:
    assert "--json " in done(*command.split(), "--help")
