"""Servers of their own for the attacks: each is furnished once, and shared by all attacks on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import servers
from attacks.site import AttackSite, running_attack_site

# What attackers may use where a DBA has turned it on.
SETTINGS = {"wal_level": "logical", "max_replication_slots": "10"}


def _site(binaries: Path | None, directory: Path, *, lacking: bool = True) -> Iterator[AttackSite]:
    if binaries is None:
        pytest.skip("this PostgreSQL is not installed")
    with (
        servers.cluster(binaries, **SETTINGS) as server,
        running_attack_site(server, directory, lacking=lacking) as site,
    ):
        yield site


@pytest.fixture(scope="session")
def attack_site18(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AttackSite]:
    """The newest server that we support."""
    yield from _site(servers.embedded_binaries(), tmp_path_factory.mktemp("attacks18"))


@pytest.fixture(scope="session")
def attack_site15(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AttackSite]:
    """The oldest."""
    yield from _site(servers.system_binaries(15), tmp_path_factory.mktemp("attacks15"))


@pytest.fixture(scope="session")
def licensed_attack_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AttackSite]:
    """The newest server, where mallory has a license of everything."""
    directory = tmp_path_factory.mktemp("attacks-licensed")
    yield from _site(servers.embedded_binaries(), directory, lacking=False)


@pytest.fixture
def attack_site(request: pytest.FixtureRequest, major: int) -> AttackSite:
    """The server of this version."""
    site: AttackSite = request.getfixturevalue(f"attack_site{major}")
    return site
