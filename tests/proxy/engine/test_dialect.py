"""No function of ours calls what the server does not let it call."""

import re
from dataclasses import replace

import pytest

from pgtoll.engine.abilities import Abilities
from pgtoll.engine.dialect import adapted, differing
from pgtoll.store.migrations import migrations
from pgtoll.store.reference import read_reference

ALL = Abilities("PostgreSQL 18.6", "keeper")
REFERENCE = read_reference(step.sql for step in migrations())


def bodies(found: Abilities) -> str:
    return "\n".join(one.definition for one in adapted(REFERENCE, found).functions.values())


def test_nothing_is_changed_for_a_server_that_has_everything() -> None:
    assert adapted(REFERENCE, ALL) == REFERENCE


@pytest.mark.parametrize(
    ("found", "called"),
    [
        (replace(ALL, counts="no"), r"pg_stat_get_xact_|current_setting\('track_counts'\)"),
        (replace(ALL, flushes="no"), r"pg_stat_force_next_flush"),
        (replace(ALL, notifies="no"), r"\bpg_notify"),
    ],
)
def test_what_is_missing_is_called_nowhere(found: Abilities, called: str) -> None:
    assert re.search(called, bodies(ALL))
    assert not re.search(called, bodies(found))


def test_a_server_that_does_not_count_counts_as_blind() -> None:
    changed = adapted(REFERENCE, replace(ALL, counts="no")).functions
    assert "RETURN 'off' <> 'on' OR" in changed[("blind", ())].body
    assert changed[("blind", ())].body in changed[("blind", ())].definition


def test_where_counts_are_old_nobody_sees_what_others_have_read() -> None:
    changed = adapted(REFERENCE, replace(ALL, fresh="no")).functions
    for name in ("sees_all", "sees_workers"):
        assert "RETURN false;" in changed[(name, ())].definition


def test_rows_that_row_security_hides_make_a_count_fail() -> None:
    plain = adapted(REFERENCE, replace(ALL, superuser=False, bypasses=False)).functions
    under = {one.name for one in plain.values() if "row_security" in one.settings}
    assert under == {"check_cap", "rows_up_to", "count_named"}
    assert adapted(REFERENCE, replace(ALL, superuser=False)) == REFERENCE


def test_only_what_differs_is_made_anew() -> None:
    there = [
        (one.name, one.arguments, one.body, one.settings) for one in REFERENCE.functions.values()
    ]
    assert differing(REFERENCE, there) == []
    wanted = adapted(REFERENCE, replace(ALL, notifies="no"))
    anew = differing(wanted, there)
    assert {re.search(r"pgtoll\.(\w+)", one)[1] for one in anew} == {"notify_proxies", "tell_ddl"}  # type: ignore[index]
