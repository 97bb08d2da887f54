"""Whom the proxy lets in."""

import pytest
from arrivals import fields, told
from programs import linux
from proxies import Site
from raw_client import RawClient, startup, types

from pgtoll.wire.messages import message

pytestmark = [pytest.mark.live, linux]


def test_another_database_is_for_those_who_lack_nothing(
    licensed_site: Site, demo_site: Site
) -> None:
    assert told(licensed_site, licensed_site.bob, database="postgres") == (
        "FATAL",
        "28000",
        f'this proxy serves database "{licensed_site.database.dbname}", not "postgres": '
        "each database has a proxy of its own",
    )
    assert told(demo_site, demo_site.alice, database="postgres")[1] == "28000"
    with licensed_site.proxy.connect(licensed_site.alice, dbname="postgres") as session:
        assert session.execute("SELECT current_database()").fetchone() == ("postgres",)


def test_a_client_that_names_no_database_means_its_users(licensed_site: Site) -> None:
    bob = licensed_site.bob
    assert f'not "{bob}"' in told(licensed_site, bob, database="")[2]
    alice = licensed_site.alice
    assert told(licensed_site, alice, database="")[1:] == (
        "3D000",
        f'database "{alice}" does not exist',
    )


@pytest.mark.parametrize("value", ["true", "on", "database", "1", "nonsense"])
def test_a_replication_connection_is_for_those_who_lack_nothing(
    licensed_site: Site, value: str
) -> None:
    state = told(licensed_site, licensed_site.bob, replication=value)
    assert state == (
        "FATAL",
        "28000",
        "a replication connection cannot be checked: it is for users who lack no license",
    )


def test_a_replication_connection_of_who_lacks_nothing_is_the_servers(licensed_site: Site) -> None:
    alice = licensed_site.alice
    licensed_site.run(f"ALTER ROLE {alice} REPLICATION")
    with RawClient(licensed_site.proxy.port) as client:
        client.start(alice, licensed_site.database.dbname, replication="database")
        client.send(message(b"Q", b"IDENTIFY_SYSTEM\0"))
        assert types(client.replies()) == b"TDCZ"


def test_a_client_without_a_name_is_refused(demo_site: Site) -> None:
    with RawClient(demo_site.proxy.port) as client:
        client.send(startup(database=demo_site.database.dbname))
        (reply,) = client.replies()
    state = fields(reply)
    assert state == ("FATAL", "28000", "no PostgreSQL user name specified in startup packet")
