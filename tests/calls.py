"""Calls of the command line as a terminal makes them, and what every failure must look like."""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from servers import Postgres
from typer.testing import CliRunner, Result

from pgtoll.cli.main import app

# The caller's own settings must not reach the commands under test.
QUIET: dict[str, str | None] = {
    f"PGTOLL_{key}": None
    for key in (
        "SERVER",
        "STORE",
        "TRUST",
        "CONFIG",
        "CUSTOMER",
        "MODE",
        "LISTEN",
        "WORKERS",
        "PASSPHRASE",
    )
}


def call(*arguments: object, **environment: str) -> Result:
    """Run one command; the environment has only these settings."""
    texts = [str(argument) for argument in arguments]
    return CliRunner(env=QUIET | environment).invoke(app, texts, catch_exceptions=False)


def done(*arguments: object, **environment: str) -> str:
    """Run a command that must succeed, and return what it printed."""
    result = call(*arguments, **environment)
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    return result.stdout


def failed(status: int, *arguments: object, **environment: str) -> str:
    """Run a command that must fail with this status, and return its one line."""
    result = call(*arguments, **environment)
    assert result.exit_code == status, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("pgtoll: ")
    assert result.stderr.count("\n") == 1
    assert result.stderr.endswith("\n")
    return result.stderr.removeprefix("pgtoll: ").rstrip("\n")


def opened(folder: Path) -> Path:
    """Let every account enter a directory of the test's, as PostgreSQL under root needs it."""
    for path in (folder, *folder.parents):
        if path == Path(tempfile.gettempdir()):
            break
        path.chmod(0o711)
    return folder


@dataclass(frozen=True, slots=True)
class Shop:
    """A database behind a proxy, and the vendor whose key it trusts."""

    vendor: Path
    database: Postgres

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PGTOLL_SERVER": self.database.dsn,
            "PGTOLL_TRUST": str(self.vendor / "vendor.pub"),
        }

    def done(self, *arguments: object) -> str:
        """Run a command that must succeed on this database."""
        return done(*arguments, **self.environment)

    def json(self, *arguments: object) -> Any:
        """Run it with --json and return what that says."""
        return json.loads(self.done(*arguments, "--json"))

    def failed(self, status: int, *arguments: object) -> str:
        """Run a command that must fail on this database."""
        return failed(status, *arguments, **self.environment)

    def product(self, code: str = "marketing", prefix: str = "Mrkt", *more: object) -> Path:
        """Sign a product and return its file."""
        out = self.vendor / f"{code}.product"
        what = ("--code", code, "--title", code.title(), "--prefix", prefix)
        self._sign("product", *what, "--object", f"{prefix}*", *more, "--out", out)
        return out

    def license(self, name: str, product: str, *more: object) -> Path:
        """Sign a license of a product, for every user unless a number of seats is given."""
        out = self.vendor / f"{name}.lic"
        kind = "personal" if "--seats" in more else "server"
        what = ("--product", product, "--type", kind, "--customer", "acme")
        self._sign("issue", *what, *more, "--out", out)
        return out

    def _sign(self, *arguments: object) -> None:
        done("vendor", *arguments, "--key", self.vendor / "vendor.key")
