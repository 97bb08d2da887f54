"""Roles and databases whose names are no text in the store's database: they are shown escaped."""

import secrets
from collections.abc import Iterator

import pytest
from doctoring import Clinic
from license_samples import NOW
from officing import Office, in_office
from servers import Postgres

pytestmark = pytest.mark.live


@pytest.fixture
def suffix(any_database: Postgres) -> Iterator[str]:
    """What is behind the names of a database and a superuser, made in a database in LATIN1."""
    suffix, server = secrets.token_hex(4), any_database
    latin = Postgres(server.host, server.port, server.user, f"latin_{suffix}", server.password)
    server.execute(
        f"CREATE DATABASE {latin.dbname} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"
    )
    try:
        _run(latin, f'CREATE ROLE "müller_{suffix}" LOGIN SUPERUSER CREATEROLE')
        _run(latin, f'CREATE DATABASE "größe_{suffix}"')
        yield suffix
    finally:
        _run(latin, f'DROP DATABASE IF EXISTS "größe_{suffix}"')
        _run(latin, f'DROP ROLE IF EXISTS "müller_{suffix}"')
        latin.drop_database()


def _run(database: Postgres, sql: str) -> None:
    with database.connect(client_encoding="UTF8") as session:
        session.execute(sql.encode())


def test_the_license_manager_shows_them_among_the_users(
    any_database: Postgres, suffix: str
) -> None:
    async def story(office: Office) -> None:
        shown = rf"m\374ller_{suffix}"
        for search in ("", f"LLER_{suffix}", "\\374"):
            page = await office.desk.users(NOW, search=search)
            assert (shown, True) in [(one.name, one.may_log_in) for one in page.users]

    in_office(any_database, story)


def test_the_doctor_names_them(any_database: Postgres, suffix: str) -> None:
    told = str(Clinic(any_database).report())
    assert rf"m\\374ller_{suffix}" in told
