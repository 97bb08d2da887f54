"""What a run leaves behind on the server: who keeps transactions open has done other work."""

import time
from types import TracebackType

from servers import Postgres

PATIENCE_SECONDS = 2.0  # for sessions whose client has just gone
OPEN = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = %s AND state LIKE 'idle in transaction%%' AND pid <> pg_backend_pid()
"""


class Leftovers:
    """A session beside all paths, which looks at what they leave."""

    def __init__(self, server: Postgres) -> None:
        self._session = server.connect()

    def open_transactions(self, dbname: str) -> int:
        """Return how many transactions of a database wait for more to come, and go on waiting."""
        until = time.monotonic() + PATIENCE_SECONDS
        while (count := self._count(dbname)) and time.monotonic() < until:
            time.sleep(0.05)
        return count

    def _count(self, dbname: str) -> int:
        row = self._session.execute(OPEN, [dbname]).fetchone()
        return int(row[0]) if row else 0

    def __enter__(self) -> "Leftovers":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._session.close()
