"""auth = "scram": pgtoll checks passwords, and logs in to PostgreSQL with what it learns."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import pytest
from licensing import Licensing
from proxies import Proxy, prepared, running_proxy
from psycopg.conninfo import make_conninfo
from servers import Postgres

pytestmark = pytest.mark.live

PASSWORD = "correct horse"


@dataclass(frozen=True)
class Checking:
    """A proxy that checks passwords, and its database."""

    proxy: Proxy
    licensing: Licensing

    @property
    def database(self) -> Postgres:
        return self.licensing.database

    @contextmanager
    def role(
        self, *, password: str | None = PASSWORD, asked: bool = True, more: str = "LOGIN"
    ) -> Iterator[str]:
        """A role; PostgreSQL itself asks it for its password, or trusts it."""
        name = f"role_{secrets.token_hex(4)}"
        secret = "" if password is None else f"PASSWORD '{password}'"
        group = "IN ROLE scram" if asked else ""
        self.database.execute(f"CREATE ROLE {name} {more} {secret} {group}")
        try:
            yield name
        finally:
            self.database.execute(f"DROP ROLE {name}")

    def told(self, user: str, password: str = PASSWORD, *, proxied: bool = True) -> str:
        """What somebody is told who is not let in."""
        dsn = self.proxy.dsn(user, password=password)
        if not proxied:
            dsn = make_conninfo(dsn, host=self.database.host, port=self.database.port)
        with pytest.raises(psycopg.OperationalError) as caught:
            psycopg.connect(dsn)
        return str(caught.value).rpartition("failed: ")[2]


@pytest.fixture(scope="module", params=["postgres", "postgres15"])
def checking(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Checking]:
    server: Postgres = request.getfixturevalue(request.param)
    directory = tmp_path_factory.mktemp("scram")
    with (
        prepared(server, directory) as (licensing, trust),
        running_proxy(licensing.database, trust, options=("--auth", "scram")) as proxy,
    ):
        yield Checking(proxy, licensing)


def who(session: psycopg.Connection[tuple[object, ...]]) -> object:
    row = session.execute("SELECT session_user").fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize("asked", [True, False], ids=["by the server too", "by us alone"])
def test_the_right_password_opens(checking: Checking, asked: bool) -> None:
    with checking.role(asked=asked) as role:
        with checking.proxy.connect(role, password=PASSWORD) as session:
            assert who(session) == role
        told = checking.told(role, "wrong")
        assert told == f'FATAL:  password authentication failed for user "{role}"'
