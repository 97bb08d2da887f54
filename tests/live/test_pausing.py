"""Clients that are held back: transactions end, nobody begins one, and then all go on."""

import threading

import pytest
from programs import linux
from proxies import Site, eventually, running_proxy

pytestmark = [pytest.mark.live, linux]

SECONDS = 20.0


def test_clients_are_held_back_between_transactions(licensed_site: Site) -> None:
    with (
        running_proxy(licensed_site.database, licensed_site.trust) as own,
        own.connect(dbname="pgtoll") as admin,
        own.connect(licensed_site.alice) as session,
    ):
        session.execute("BEGIN")
        pausing = threading.Thread(target=admin.execute, args=("PAUSE",))
        pausing.start()
        assert not eventually(lambda: not pausing.is_alive(), within=0.5)
        assert session.execute("SELECT 1").fetchone() == (1,)
        session.execute("COMMIT")
        pausing.join(SECONDS)
        assert not pausing.is_alive()
        asking = threading.Thread(target=session.execute, args=("SELECT 2",))
        coming = threading.Thread(target=lambda: own.connect(licensed_site.alice).close())
        asking.start()
        coming.start()
        assert not eventually(lambda: not asking.is_alive(), within=0.5)
        assert coming.is_alive()
        admin.execute("RESUME")
        for thread in (asking, coming):
            thread.join(SECONDS)
            assert not thread.is_alive()
