"""The demo's people and papers: the vendor's files, the administrator's commands, two users.

Commands are our own, run as they would be typed in the demo's directory; there is no other way in.
"""

import io
import secrets
import shlex
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from pgtoll.cli.demo_database import DATABASE, USERS
from pgtoll.cli.demo_proxy import Proxy
from pgtoll.cli.demo_story import Session
from pgtoll.errors import ConfigError

_KEY = "--key vendor.key"
_ISSUE = f"vendor issue --customer demo {_KEY}"
# The same license twice, the second over long ago and newer: a vendor would hardly do it, but it
# is what a customer's own looks like a year later.
_MARKETING = f"{_ISSUE} --product marketing --type personal --seats 2"

PAPERS = (
    "vendor keygen --out .",
    f"vendor product --code marketing --title Marketing --prefix Mrkt --object Mrkt* {_KEY}"
    " --out marketing.product",
    f"{_ISSUE} --product base --type server --out base.lic",
    f"{_MARKETING} --out marketing.lic",
    f"{_MARKETING} --serial 2 --starts 2020-01-01 --days 366 --out marketing-expired.lic",
)

INSTALLATION = ("init", "license upload marketing.product")


@dataclass(frozen=True, slots=True)
class Manager:
    """Who administers licenses: a database role with a password made for this run."""

    name: str
    password: str


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that runs."""

    directory: Path  # with the vendor's files
    server: str  # the superuser's DSN
    proxy: Proxy
    manager: Manager

    @contextmanager
    def sessions(self) -> Iterator[Mapping[str, Session]]:
        """Connect each user through the proxy while the context lasts."""
        with ExitStack() as stack:
            yield {user: stack.enter_context(self._connection(user)) for user in USERS}

    def _connection(self, user: str) -> Session:
        host, port = self.proxy.host, self.proxy.port
        dsn = make_conninfo(host=host, port=port, user=user, dbname=DATABASE)
        return psycopg.connect(dsn, autocommit=True)


def new_manager(server: str) -> Manager:
    """Create the role of the license administrator."""
    manager = Manager("anna", secrets.token_urlsafe(9))
    with psycopg.connect(server, autocommit=True) as session:
        role = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} IN ROLE pgtoll_manager")
        session.execute(role.format(sql.Identifier(manager.name), manager.password))
    return manager


def command(line: str) -> None:
    """Run one of our commands. Raises ConfigError with what it complained about."""
    # Imported when called: the command line imports the demo, which is one of its commands.
    from pgtoll.cli.main import app

    complaint = io.StringIO()
    try:
        with redirect_stdout(io.StringIO()), redirect_stderr(complaint):
            app(shlex.split(line))
    except SystemExit as ended:
        if ended.code:
            reason = complaint.getvalue().strip().removeprefix("pgtoll: ")
            raise ConfigError(f"pgtoll {line}: {reason}") from ended
