"""The commands of docs/backup.md, as they stand there."""

import json
import os
import re
import secrets
import shlex
from pathlib import Path

import pytest
from calls import Shop, done
from servers import Postgres

MANUAL = Path(__file__).parents[2] / "docs" / "backup.md"


def walks() -> list[list[str]]:
    """The blocks of commands, in their order."""
    blocks = re.findall(r"^```\n(.*?)^```$", MANUAL.read_text(), re.MULTILINE | re.DOTALL)
    return [block.splitlines() for block in blocks]


def play(commands: list[str], shop: Shop, **variables: str) -> str:
    """Run commands, and return what the last has printed."""
    printed = ""
    for command in commands:
        for name, value in variables.items():
            command = command.replace(f'"${name}"', shlex.quote(value))
        program, *arguments = shlex.split(command)
        assert program == "pgtoll"
        printed = shop.done(*arguments)
    return printed


def test_the_manual_can_be_followed(
    store_database: Postgres, postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done("vendor", "keygen", "--out", "trust")
    shop = Shop(tmp_path / "trust", store_database)
    store_database.execute("CREATE TABLE mrktinvoice (amount int)")
    bought = shop.license("m", "marketing", "--seats", 5)
    spare = shop.license("spare", "marketing", "--seats", 2)
    shop.done("license", "upload", shop.product(), bought, spare)
    shop.done("seats", "grant", "marketing", "alice", "bob")
    id_ = json.loads(done("inspect", spare, "--json"))["id"]
    key = ("--key", tmp_path / "trust" / "vendor.key")
    done("vendor", "revoke", "--license", id_, *key, "--out", "acme.revocation")
    monday, wednesday, moving = walks()
    assert "1 of them new" in play(monday, shop)
    # The restore: tests/live/test_restores.py does it by base backup and archive.
    store_database.execute("DROP SCHEMA pgtoll CASCADE")
    shop.done("init")
    shop.done("import", "monday.export")
    assert "bob" in shop.done("seats", "list")
    assert "bob" not in play(wednesday, shop)
    assert "was revoked" in shop.done("license", "list")
    new = postgres.new_database(f"moved_{secrets.token_hex(4)}")
    try:
        assert "was revoked" in play(moving, shop, NEW=new.dsn)
    finally:
        new.drop_database()
    assert not [name for name in os.listdir() if name.startswith(".")]


def test_every_table_is_said_to_move_or_not(database: Postgres, tmp_path: Path) -> None:
    done("init", "--server", database.dsn)
    with database.connect() as session:
        found = session.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'pgtoll'::regnamespace"
            " AND relkind IN ('r', 'p')"
        ).fetchall()
    _, _, told = MANUAL.read_text().partition("### What moves, and what does not")
    rows = [line.split("|")[1] for line in told.splitlines() if line.startswith("| `")]
    listed = [name for row in rows for name in re.findall("`([a-z_]+)`", row)]
    moves = listed[: listed.index("mock_authentication") + 1]
    assert sorted(moves) == sorted(name for (name,) in found)
