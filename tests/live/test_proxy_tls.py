"""TLS to clients: what psql, psycopg and asyncpg make of it, and what they are refused."""

import subprocess
from collections.abc import Iterator

import pytest
from certificates import Authority, Pair
from proxies import Proxy, Site, running_proxy

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.new(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def pair(authority: Authority) -> Pair:
    return authority.issue("localhost", "localhost", "127.0.0.1")


@pytest.fixture(scope="module")
def requiring(licensed_site: Site, authority: Authority, pair: Pair) -> Iterator[Proxy]:
    """A proxy that takes encrypted connections only."""
    options = ("--tls", "require", "--tls-cert", str(pair.certificate), "--tls-key", str(pair.key))
    with running_proxy(licensed_site.database, licensed_site.trust, options=options) as proxy:
        yield proxy


@pytest.mark.parametrize("sslmode", ["require", "verify-ca", "verify-full"])
def test_psql_is_encrypted(requiring: Proxy, authority: Authority, sslmode: str) -> None:
    dsn = requiring.dsn(sslmode=sslmode, sslrootcert=str(authority.file))
    run = subprocess.run(
        ["psql", "-X", dsn, "-c", "\\conninfo", "-c", "SELECT 'x' || 1"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "SSL connection (protocol: TLSv1.3" in run.stdout
    assert "x1" in run.stdout
