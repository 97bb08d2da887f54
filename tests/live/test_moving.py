"""A license administrator who moves to another cluster finds there what they had."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from calls import Shop, done
from reported import MONTHS
from servers import Postgres

BACKUP = Path(__file__).parents[1] / "proxy" / "backup"
EVENT = """
INSERT INTO pgtoll.event (at, kind, outcome, username, act, message, client, proxy)
VALUES (now(), 'login', 'done', 'dana', 'console', 'dana has logged in', '::1', 'db1/7')
"""


@pytest.fixture
def market(database: Postgres, tmp_path: Path) -> Shop:
    """A shop in which proxies have run for months."""
    done("vendor", "keygen", "--out", tmp_path / "vendor")
    shop = Shop(tmp_path / "vendor", database)
    shop.done("init")
    shop.done("license", "upload", shop.product(), shop.license("m", "marketing", "--seats", 5))
    shop.done("seats", "grant", "marketing", "alice", "bob", "<carol>")
    database.execute(MONTHS + EVENT)
    return shop


def told(shop: Shop, *arguments: object) -> dict[str, Any]:
    """What programs are told, but for the moment itself."""
    found: dict[str, Any] = shop.json("report", "--days", 100, *arguments)
    return {name: value for name, value in found.items() if name != "at"}


def rows(shop: Shop, table: str) -> list[tuple[object, ...]]:
    with shop.database.connect() as session:
        found = session.execute(f"SELECT to_jsonb(t) - 'id' - 'change' FROM pgtoll.{table} t")
        return sorted(found.fetchall(), key=str)


def test_the_report_of_the_new_cluster_is_that_of_the_old(
    market: Shop, any_database: Postgres, tmp_path: Path
) -> None:
    out, new = tmp_path / "x", replace(market, database=any_database)
    before = told(market)
    assert before["refused"]
    assert before["idle"]
    market.done("export", "--refusals", "--out", out)
    new.done("init")
    # A proxy has been there before, and has written down that there is nothing.
    any_database.execute("INSERT INTO pgtoll.day (day, users) VALUES (current_date, 0)")
    printed = new.done("import", out)
    assert "daily figures added" in printed
    assert "2 users' last days added" in printed
    assert "1 event added" in printed
    assert "60 refusals added" in printed
    assert told(new) == before
    for table in ("seen", "day", "day_product", "day_table", "event", "refusal"):
        assert rows(new, table) == rows(market, table)
    assert "the store had all of it" in new.done("import", out)
    assert told(new) == before


def test_without_refusals_nothing_but_their_users_and_texts_is_missing(
    market: Shop, any_database: Postgres, tmp_path: Path
) -> None:
    out, new = tmp_path / "x", replace(market, database=any_database)
    before = told(market)
    market.done("export", "--out", out)
    new.done("init")
    new.done("import", out)
    after = told(new)
    assert after["refusals"] == before["refusals"], "those of today are counted as well"
    assert after["refused"] == []
    assert {name for name in before if before[name] != after[name]} <= {
        "refused", "products", "decisions"
    }  # fmt: skip


def test_a_file_of_an_older_pgtoll_is_imported(any_database: Postgres, tmp_path: Path) -> None:
    """It was written by the version before days and events were exported."""
    done("init", "--server", any_database.dsn)
    shop = Shop(tmp_path, any_database)
    arguments = ("--server", any_database.dsn, "--trust", BACKUP / "older.pub")
    file = BACKUP / "older.export"
    assert json.loads(done("inspect", file, "--json"))["records"]["seats"] == 2
    printed = done("import", file, *arguments)
    assert "granted: the seat of alice for product marketing" in printed
    assert "1 refusal added" in printed
    assert rows(shop, "seen") == rows(shop, "day") == []
    assert "the store had all of it" in done("import", file, *arguments)


def test_figures_of_a_day_to_come_stop_all_of_it(
    market: Shop, any_database: Postgres, tmp_path: Path
) -> None:
    """On that day no proxy would write down what there is."""
    market.database.execute("INSERT INTO pgtoll.day (day, users) VALUES ('2199-01-01', 1)")
    out, new = tmp_path / "x", replace(market, database=any_database)
    market.done("export", "--out", out)
    new.done("init")
    message = new.failed(3, "import", out)
    assert "the file has figures of 2199-01-01, which is after the present time" in message
    assert rows(new, "day") == rows(new, "seat") == rows(new, "document") == []
