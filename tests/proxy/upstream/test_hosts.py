"""What target_session_attrs asks for, where a host is, and in which order hosts are tried."""

import asyncio

import pytest
from psycopg.conninfo import conninfo_to_dict

from pgtoll.upstream.hosts import Host, Hosts, Place, State, Wanted, each_of

PRIMARY = State(standby=False, read_only=False)
READ_ONLY = State(standby=False, read_only=True)
STANDBY = State(standby=True, read_only=False)


@pytest.mark.parametrize(
    ("wanted", "suitable"),
    [
        (Wanted.ANY, [PRIMARY, READ_ONLY, STANDBY]),
        (Wanted.READ_WRITE, [PRIMARY]),
        (Wanted.READ_ONLY, [READ_ONLY, STANDBY]),
        (Wanted.PRIMARY, [PRIMARY, READ_ONLY]),
        (Wanted.STANDBY, [STANDBY]),
    ],
)
def test_what_suits(wanted: Wanted, suitable: list[State]) -> None:
    assert [one for one in (PRIMARY, READ_ONLY, STANDBY) if wanted.suits(one)] == suitable


def test_a_standby_is_preferred_and_then_anything_will_do() -> None:
    assert Wanted.PREFER_STANDBY.rounds == (Wanted.STANDBY, Wanted.ANY)
    assert Wanted.PRIMARY.rounds == (Wanted.PRIMARY,)


@pytest.mark.parametrize(
    ("place", "path", "shown"),
    [
        (Place("db", "10.0.0.1", 5432), "", "db (10.0.0.1):5432"),
        (Place("10.0.0.1", "10.0.0.1", 5432), "", "10.0.0.1:5432"),
        (Place("/run/pg", "/run/pg", 5433), "/run/pg/.s.PGSQL.5433", "/run/pg:5433"),
        (Place("@pg", "@pg", 5432), "\0pg/.s.PGSQL.5432", "@pg:5432"),
    ],
)
def test_where_a_place_is(place: Place, path: str, shown: str) -> None:
    assert (place.path, str(place)) == (path, shown)


def places(*hosts: Host, balanced: bool = False) -> list[Place]:
    return asyncio.run(Hosts(hosts, "shop", balanced=balanced).places())


def test_addresses_are_not_looked_up() -> None:
    found = places(Host("db.invalid", 1, "10.0.0.1"), Host("::1", 2), Host("/run", 3))
    assert found == [
        Place("db.invalid", "10.0.0.1", 1),
        Place("::1", "::1", 2),
        Place("/run", "/run", 3),
    ]


def test_a_name_has_all_its_addresses() -> None:
    found = places(Host("localhost", 5432))
    assert {place.name for place in found} == {"localhost"}
    assert "127.0.0.1" in {place.address for place in found}


def test_a_name_that_nobody_knows_matters_only_when_it_is_alone() -> None:
    assert len(places(Host("nowhere.invalid", 1), Host("127.0.0.1", 2))) == 1
    with pytest.raises(OSError, match=r".+"):
        places(Host("nowhere.invalid", 1))


def test_balanced_hosts_come_in_any_order() -> None:
    hosts = [Host(f"10.0.0.{i}", 1) for i in range(9)]
    orders = {tuple(places(*hosts, balanced=True)) for _ in range(9)}
    assert len(orders) > 1
    assert {frozenset(order) for order in orders} == {frozenset(places(*hosts))}


def test_there_is_a_choice_as_soon_as_something_is_wanted() -> None:
    assert Hosts((Host("a", 1),), "shop").one
    assert not Hosts((Host("a", 1),), "shop", Wanted.PRIMARY).one
    assert not Hosts((Host("a", 1), Host("b", 1)), "shop").one


def test_each_host_of_several_has_a_connection_string_of_its_own() -> None:
    each = each_of("host=a,b,c hostaddr=,10.0.0.2, port=1,2,3 dbname=shop")
    assert [conninfo_to_dict(one) for one in each] == [
        {"host": "a", "port": "1", "dbname": "shop"},
        {"host": "b", "hostaddr": "10.0.0.2", "port": "2", "dbname": "shop"},
        {"host": "c", "port": "3", "dbname": "shop"},
    ]
    for alone in ("host=a dbname=shop", "service=shop", "what is this"):
        assert each_of(alone) == [alone]
