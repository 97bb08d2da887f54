"""What a server cannot do never makes a check look away."""

from dataclasses import replace

import pytest

from pgtoll.engine.abilities import Abilities
from pgtoll.engine.ways import BEST, Cap, Watch, Ways, choose

ALL = Abilities("PostgreSQL 18.6", "keeper")


def test_a_server_that_does_everything_is_served_in_the_best_way() -> None:
    assert choose(ALL) == BEST


@pytest.mark.parametrize(
    ("found", "ways"),
    [
        (replace(ALL, superuser=False), Ways(watch=Watch.ACCOUNT)),
        (replace(ALL, fresh="no"), Ways(watch=Watch.ACCOUNT)),
        (replace(ALL, flushes="no"), BEST),
        (replace(ALL, fresh="no", flushes="no"), Ways(watch=Watch.ACCOUNT, flushes=False)),
        (replace(ALL, fresh="no", counts="no"), Ways(Cap.LOCKS, Watch.NONE)),
        (replace(ALL, counts="no"), Ways(Cap.LOCKS, Watch.NONE)),
        (replace(ALL, locks="no"), Ways(Cap.NAMES, Watch.NONE)),
        (replace(ALL, counts="no", locks="no"), Ways(Cap.NAMES, Watch.NONE)),
        (replace(ALL, notifies="no"), Ways(hears=False)),
        (replace(ALL, distributed=True), Ways(distributed=True)),
    ],
)
def test_what_is_missing_is_done_another_way(found: Abilities, ways: Ways) -> None:
    assert choose(found) == ways


def test_code_that_is_not_read_runs_unasked_only_where_all_of_it_shows() -> None:
    assert [Ways(watch=one).strict(None) for one in Watch] == [False, True, True]
    assert [Ways(watch=one).strict(False) for one in Watch] == [False, False, False]
    assert [Ways(watch=one).watches for one in Watch] == [True, True, False]
    assert BEST.strict(True)
