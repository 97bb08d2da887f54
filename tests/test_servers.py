"""The test servers themselves: what the other tests rely on."""

from pathlib import Path

import psycopg
import pytest
import servers
from certificates import Authority
from servers import Postgres

pytestmark = pytest.mark.live


def test_a_database_is_empty_and_ours(any_database: Postgres) -> None:
    with any_database.connect() as connection:
        row = connection.execute(
            "SELECT current_database(), current_setting('max_prepared_transactions')::int,"
            " (SELECT count(*) FROM pg_class WHERE oid >= 16384)"
        ).fetchone()
    assert row == (any_database.dbname, 10, 0)
    assert any_database.version >= 150000


def test_both_forms_of_the_connection_string_reach_it(database: Postgres) -> None:
    for conninfo in (database.dsn, database.uri):
        with psycopg.connect(conninfo) as connection:
            assert connection.info.dbname == database.dbname


@pytest.mark.parametrize("method", ["scram", "md5", "cleartext"])
def test_members_of_a_password_role_must_give_it(database: Postgres, method: str) -> None:
    encryption = "md5" if method == "md5" else "scram-sha-256"
    with database.connect() as connection:
        connection.execute(f"SET password_encryption = '{encryption}'")
        connection.execute(f"CREATE ROLE user_{method} LOGIN PASSWORD 'open' IN ROLE {method}")
    try:
        with pytest.raises(psycopg.OperationalError, match="password"):
            database.connect(user=f"user_{method}", password="shut")
        database.connect(user=f"user_{method}", password="open").close()
    finally:
        database.execute(f"DROP ROLE user_{method}")


def test_a_server_that_lets_nobody_in_plain_speaks_tls_alone(tmp_path: Path) -> None:
    binaries = servers.system_binaries(15)  # the embedded one knows no TLS
    if binaries is None:
        pytest.skip("no PostgreSQL 15 here")
    pair = Authority.new(tmp_path).issue("localhost")
    with servers.cluster(binaries) as server:
        servers.encrypt(server, pair.certificate, pair.key)
        servers.let_nobody_in_plain(server)
        with pytest.raises(psycopg.OperationalError, match="no encryption"):
            server.connect(sslmode="disable")
        server.connect(sslmode="require").close()
