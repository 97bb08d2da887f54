"""Tables that keep no rows: what is inserted is judged, sent, read by the server, and dropped."""

from psycopg import sql
from servers import Postgres

_DROP_ROW = (
    "CREATE OR REPLACE FUNCTION drop_row() RETURNS trigger LANGUAGE plpgsql"
    " AS 'BEGIN RETURN NULL; END'"
)
_TRIGGER = "CREATE TRIGGER drop_rows BEFORE INSERT ON {} FOR EACH ROW EXECUTE FUNCTION drop_row()"


def exists(database: Postgres, table: str) -> bool:
    """Return whether a table is there."""
    with database.connect() as connection:
        row = connection.execute("SELECT to_regclass(%s) IS NOT NULL", [table]).fetchone()
    return row is not None and bool(row[0])


def keep_nothing(database: Postgres, table: str) -> None:
    """Have a table drop every row before it is inserted."""
    with database.connect() as connection:
        connection.execute(_DROP_ROW)
        connection.execute(sql.SQL(_TRIGGER).format(sql.Identifier(table)))
