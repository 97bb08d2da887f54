"""The shared options are spelled as the settings are."""

import pytest
from calls import done

SERVED = ("server", "store", "listen", "trust", "workers", "mode", "customer", "config")


@pytest.mark.parametrize("key", [*SERVED, "strict-parsers", "trusted-functions"])
def test_serve_has_an_option_for_every_setting(key: str) -> None:
    assert f"--{key} " in done("serve", "--help")


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
