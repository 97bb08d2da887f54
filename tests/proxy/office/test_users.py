"""Users: whoever may log in, and whoever has a seat."""

import pytest
from license_samples import NOW
from officing import Office, in_office
from servers import Postgres

from pgtoll.office.models import Slice, UsersPage
from pgtoll.office.refusals import NotKnown
from pgtoll_policy.policy import State


def names(page: UsersPage) -> list[tuple[str, bool]]:
    return [(one.name, one.may_log_in) for one in page.users]


def test_users_are_login_roles_and_whoever_has_a_seat(any_database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(2)
        stranger = f"zoe of {office.carl}"
        await office.grant(office.carl, stranger)
        page = await office.desk.users(NOW, search=office.carl.upper())
        assert names(page) == [(office.carl, True), (stranger, False)]
        assert page.total == 2
        (carl, _) = page.users
        assert carl.last_day is None
        (seat,) = carl.seats
        assert (seat.product, seat.granted_by) == ("marketing", office.anna)
        assert seat.state.state is State.LICENSED
        assert {one.product: one.state for one in page.without_seat} == {
            "base": State.DEMO,
            "marketing": State.REFUSED,
        }

    in_office(any_database, story)


def test_whoever_has_a_seat_can_be_left_out(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(2)
        suffix = office.anna.partition("_")[2]
        await office.grant(office.bea)
        page = await office.desk.users(NOW, search=suffix, lacking="marketing")
        assert [one.name for one in page.users] == [office.anna, office.carl]
        with pytest.raises(NotKnown):
            await office.desk.users(NOW, lacking="sales")

    in_office(database, story)


def test_many_users_come_page_by_page(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(100)
        await office.grant(*(f"%_{number:02}" for number in range(30)))
        page = await office.desk.users(NOW, search="%_", some=Slice(4, 28))
        assert ([one.name for one in page.users], page.total) == (["%_28", "%_29"], 30)

    in_office(database, story)


def test_users_come_with_the_day_on_which_they_were_here_last(database: Postgres) -> None:
    async def story(office: Office) -> None:
        office.database.execute(f"INSERT INTO pgtoll.seen VALUES ('{office.carl}', '2026-05-31')")
        page = await office.desk.users(NOW, search=office.anna.partition("_")[2])
        assert [str(one.last_day) for one in page.users] == ["None", "None", "2026-05-31"]

    in_office(database, story)
