"""What a proxy says of its cache of facts, on its administrator's console."""

from types import TracebackType

import psycopg
from bench.pgbench import Address
from psycopg.rows import dict_row

CONSOLE = "pgtoll"  # the name of the database that stands for it
ADMINISTRATOR = "postgres"


class Cache:
    """A session on the console of one proxy, which is there from the first run to the last."""

    def __init__(self, address: Address) -> None:
        self._session = psycopg.connect(
            host="127.0.0.1",
            port=address.port,
            user=ADMINISTRATOR,
            dbname=CONSOLE,
            autocommit=True,
            row_factory=dict_row,
            sslmode="require" if address.encrypted else "disable",
        )

    def counts(self) -> tuple[int, int]:
        """Return how many statements' facts were known so far, and how many were looked for."""
        rows = self._session.execute("SHOW CACHE").fetchall()
        known = sum(int(row["exact"]) + int(row["shape"]) for row in rows)
        return known, known + sum(int(row["miss"]) for row in rows)

    def __enter__(self) -> "Cache":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._session.close()
