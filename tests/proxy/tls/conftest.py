"""An authority for the test, and the settings of both sides of a connection."""

import ssl
from pathlib import Path

import pytest
from certificates import Authority, Pair


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.new(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def pair(authority: Authority) -> Pair:
    return authority.issue("localhost", "localhost", "127.0.0.1")


@pytest.fixture(scope="session")
def serving(pair: Pair) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    return context


@pytest.fixture(scope="session")
def asking(authority: Authority) -> ssl.SSLContext:
    return trusting(authority.file)


def trusting(file: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(file)
    return context
