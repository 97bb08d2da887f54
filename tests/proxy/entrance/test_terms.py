"""What new clients meet is made of the configuration."""

from dataclasses import replace
from pathlib import Path

import pytest
from license_samples import NOW

from pgtoll.config import Config, Demand, Limits, Operation, Pem, Tls
from pgtoll.entrance.terms import terms_of
from pgtoll.errors import ConfigError
from pgtoll.tls import ClientTls


def test_terms_are_those_of_the_configuration() -> None:
    terms = terms_of(Config(), NOW)
    assert (terms.tls, terms.limits, terms.drain_timeout) == (ClientTls(), Limits(), 10.0)
    config = replace(Config(), operation=Operation(drain_timeout=0.5))
    assert terms_of(config, NOW).drain_timeout == 0.5


def test_files_are_looked_at_when_terms_are_made() -> None:
    tls = Tls(clients=Demand.REQUIRE, certificate=Pem(Path("no-certificate"), b"nothing"))
    with pytest.raises(ConfigError, match="no-certificate"):
        terms_of(replace(Config(), tls=tls), NOW)
