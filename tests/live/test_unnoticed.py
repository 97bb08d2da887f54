"""What of schema pgtoll an application could stumble upon that lacks no license."""

import psycopg
import pytest
from proxies import Site

pytestmark = pytest.mark.live


@pytest.fixture(params=["licensed_site", "licensed_site15"])
def site(request: pytest.FixtureRequest) -> Site:
    found: Site = request.getfixturevalue(request.param)
    return found


def test_whoever_asks_for_debug_messages_is_told_of_its_own_event_triggers_only(site: Site) -> None:
    site.run(
        "CREATE FUNCTION tell() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
        "CREATE EVENT TRIGGER tell ON ddl_command_end EXECUTE FUNCTION tell()"
    )
    site.settle()
    heard: list[str] = []
    try:
        with site.proxy.connect(site.alice) as session:
            session.add_notice_handler(lambda told: heard.append(str(told.message_primary)))
            session.execute("SET client_min_messages = debug1")
            session.execute("CREATE TEMP TABLE t (id int)")
        oid = site.value("SELECT 'tell'::regproc::oid")
        assert [one for one in heard if "Trigger" in one] == [f"EventTriggerInvoke {oid}"]
    finally:
        site.run("DROP EVENT TRIGGER tell; DROP FUNCTION tell()")


def test_lastval_is_of_the_sequences_that_an_application_used(site: Site) -> None:
    with site.proxy.connect(site.alice, autocommit=False) as session:
        session.execute("CREATE SEQUENCE numbers START 7; SELECT nextval('numbers')")
        session.execute("CREATE TABLE t (id int)")
        assert session.execute("SELECT lastval()").fetchone() == (7,)
        session.rollback()
    with site.proxy.connect(site.alice) as session:
        session.execute("CREATE TABLE t (id int); DROP TABLE t")
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState):
            session.execute("SELECT lastval()")
