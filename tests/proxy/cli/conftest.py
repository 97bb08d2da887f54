"""A vendor's papers and a prepared database, for the commands to work on."""

from pathlib import Path

import pytest
from calls import Shop, done
from servers import Postgres


@pytest.fixture
def vendor(tmp_path: Path) -> Path:
    """A directory with a vendor's key pair."""
    folder = tmp_path / "vendor"
    done("vendor", "keygen", "--out", folder)
    return folder


@pytest.fixture
def shop(vendor: Path, store_database: Postgres) -> Shop:
    """A database with two tables and schema pgtoll; one role that exists in the whole server."""
    tables = "CREATE TABLE contact (name text); CREATE TABLE mrktinvoice (amount int)"
    store_database.execute(tables)
    return Shop(vendor, store_database)
