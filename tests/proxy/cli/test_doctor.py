"""`pgtoll doctor` says what is wrong and how to mend it; its status says whether anything is."""

import json

import pytest
from calls import Shop, call, done, failed
from servers import Postgres, free_port

pytestmark = pytest.mark.live


def test_a_server_that_believes_everybody_is_a_problem(shop: Shop) -> None:
    result = call("doctor", **shop.environment)
    assert result.exit_code == 3
    assert result.stderr == ""
    first = result.stdout.splitlines()[0]
    assert first.startswith("PROBLEM  ")
    assert "believes everybody" in first
    assert "\n    host all all 127.0.0.1/32 scram-sha-256\n" in result.stdout
    assert result.stdout.splitlines()[-1].endswith("the proxy comes from 127.0.0.1")
    assert "\nevery guarantee holds\n" in result.stdout


def test_programs_get_the_same_in_fixed_words(shop: Shop) -> None:
    shop.database.execute("GRANT INSERT ON pgtoll.pin TO PUBLIC")
    result = call("doctor", "--json", **shop.environment)
    assert result.exit_code == 3
    told = json.loads(result.stdout)
    keys = {"sound", "server_version", "database", "proxy", "findings", "guarantees"}
    assert told.keys() == keys
    assert {one["holds"] for one in told["guarantees"]} == {"holds"}
    assert not told["sound"]
    (found,) = [one for one in told["findings"] if one["check"] == "store-grants"]
    assert found == {
        "check": "store-grants",
        "severity": "problem",
        "what": "PUBLIC has INSERT on TABLE pgtoll.pin",
        "why": found["why"],
        "fix": ["REVOKE INSERT ON TABLE pgtoll.pin FROM PUBLIC CASCADE;"],
        "where": "sql",
        "replaces": None,
    }


def test_a_proxy_that_does_not_answer_is_a_problem(shop: Shop) -> None:
    result = call("doctor", "--listen", f"127.0.0.1:{free_port()}", **shop.environment)
    assert result.exit_code == 3
    assert "the proxy does not answer at 127.0.0.1:" in result.stdout


def test_a_server_that_cannot_be_asked_is_one_line(database: Postgres) -> None:
    assert "server is not set" in failed(2, "doctor")
    server = f"host=127.0.0.1 port={free_port()}"
    assert "cannot connect" in failed(2, "doctor", "--server", server)
    assert "expected HOST:PORT" in failed(2, "doctor", "--server", database.dsn, "--listen", "x")


def test_its_help_says_what_it_is_for() -> None:
    assert "around pgtoll" in done("doctor", "--help")
