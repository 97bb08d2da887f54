"""A record is one line of JSON, whatever clients have sent."""

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from auditing import HOSTILE, PROXY, changed, refused

from pgtoll.trails.entries import LONGEST_FIELD, Entry, Kind, as_json, shown_time


def read(entry: Entry) -> dict[str, str]:
    line = as_json(entry, PROXY)
    assert line.endswith(b"\n")
    assert len(line.splitlines()) == 1
    assert line.isascii()
    found: dict[str, str] = json.loads(line)
    return found


def test_a_record_has_what_is_known_and_nothing_else() -> None:
    found = read(refused("SELECT 2", product="marketing", table="mrktinvoice"))
    assert found == {
        "at": shown_time(refused().at),
        "kind": "refused",
        "proxy": PROXY,
        "user": "bob",
        "product": "marketing",
        "table": "mrktinvoice",
        "sqlstate": "42501",
        "message": "no license",
        "sql": "SELECT 2",
    }
    assert read(changed())["outcome"] == "done"


def test_time_and_kind_come_first() -> None:
    assert list(read(refused()))[:3] == ["at", "kind", "proxy"]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_a_client_chooses_forges_a_record(text: str) -> None:
    found = read(refused(text, user=text, application_name=text, message=text))
    assert (found["kind"], found["proxy"]) == ("refused", PROXY)
    assert {found[name] for name in ("user", "application_name", "message", "sql")} == {text}


def test_a_name_without_end_is_cut_short() -> None:
    assert len(read(refused(user="x" * 10 * LONGEST_FIELD))["user"]) == LONGEST_FIELD


def test_times_are_those_of_utc_and_equally_long() -> None:
    at = datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert shown_time(at) == "2026-02-28T23:30:00.000000Z"
    assert len({len(shown_time(at + timedelta(microseconds=n))) for n in (0, 1, 999_999)}) == 1


def test_every_kind_has_a_word_of_its_own() -> None:
    assert len({read(replace(refused(), kind=kind))["kind"] for kind in Kind}) == len(Kind)
