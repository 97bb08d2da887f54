"""What new clients meet is made of the configuration."""

from dataclasses import replace

import pytest
from license_samples import NOW

from pgtoll.config import Config, Demand, Operation, Pem, Tls
from pgtoll.errors import ConfigError
from pgtoll.terms import Terms, terms_of


def test_terms_are_those_of_the_configuration() -> None:
    assert terms_of(Config(), NOW) == Terms()
    config = replace(Config(), operation=Operation(drain_timeout=0.5))
    assert terms_of(config, NOW).drain_timeout == 0.5


def test_files_are_looked_at_when_terms_are_made() -> None:
    tls = Tls(clients=Demand.REQUIRE, certificate=Pem("no-certificate", b"nothing"))
    with pytest.raises(ConfigError, match="no-certificate"):
        terms_of(replace(Config(), tls=tls), NOW)
