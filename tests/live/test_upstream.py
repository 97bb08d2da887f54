"""Where PostgreSQL is, as its DSN and libpq have it."""

import psycopg
import pytest
from programs import linux
from psycopg.conninfo import make_conninfo
from servers import Postgres, free_port

from pgtoll.upstream import Address

pytestmark = [pytest.mark.live, linux]


@pytest.mark.parametrize("given", ["127.0.0.1", "localhost"])
def test_the_address_is_the_one_that_was_reached(postgres: Postgres, given: str) -> None:
    dsn = make_conninfo(postgres.dsn, host=given)
    with psycopg.connect(dsn) as session:
        assert Address.reached(dsn, session.info) == Address(given, postgres.port, postgres.dbname)


def test_an_address_that_stands_beside_a_name_is_the_one_to_use(postgres: Postgres) -> None:
    dsn = make_conninfo(postgres.dsn, host="nowhere.invalid", hostaddr=postgres.host)
    with psycopg.connect(dsn) as session:
        assert Address.reached(dsn, session.info).host == postgres.host


def test_of_several_hosts_it_is_the_one_that_answered(postgres: Postgres) -> None:
    ports = f"{free_port()},{postgres.port}"
    dsn = make_conninfo(postgres.dsn, host=f"127.0.0.1,{postgres.host}", port=ports)
    with psycopg.connect(dsn) as session:
        assert Address.reached(dsn, session.info).port == postgres.port
