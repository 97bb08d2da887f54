"""Users: every login role, and every other name with a seat; some at a time."""

from collections.abc import Mapping
from datetime import datetime

from pgtoll.office.holdings import Held
from pgtoll.office.idleness import read_last_days
from pgtoll.office.models import Slice, UserLine, UserSeat
from pgtoll.store.link import Connection
from pgtoll_policy.policy import Policy, ProductState

_HOLDERS = """
    SELECT s.username FROM pgtoll.seat s
    WHERE strpos(lower(s.username), lower(%(search)s)) > 0 AND NOT EXISTS (
      SELECT FROM pgtoll.seat l WHERE l.product = %(lacking)s AND l.username = s.username)
    GROUP BY s.username
"""
_WITH_SEAT = "SELECT username FROM pgtoll.seat WHERE product = %s"

# Databases of other encodings share the roles. A name that is no UTF-8 is told as bytea is written:
# to handle it as text is an error, in PostgreSQL and here.
_LOGINS = r"""
    SELECT CASE WHEN getdatabaseencoding() <> 'UTF8' OR encode(namesend(r.rolname), 'hex') ~
      '^([0-7].|(c[2-9a-f]|d.)[89ab].|e0[ab].[89ab].|e[1-9a-cef]([89ab].){2}|ed[89].[89ab].'
      '|f0[9ab].([89ab].){2}|f[1-3]([89ab].){3}|f48.([89ab].){2})*$'
    THEN r.rolname::text ELSE encode(namesend(r.rolname), 'escape') END
    FROM pg_roles r WHERE r.rolcanlogin
"""

_PAGE = f"""
    WITH login (name) AS ({_LOGINS}), named (name, may_log_in) AS (
      SELECT name, true FROM login WHERE strpos(lower(name), lower(%(search)s)) > 0
      UNION ALL
      SELECT h, false FROM unnest(%(holders)s::text[]) h
      WHERE NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname::text = h AND r.rolcanlogin)
    ), wanted AS (
      SELECT name, may_log_in FROM named
      WHERE name NOT IN (SELECT unnest(%(without)s::text[]))
    )
    SELECT name, may_log_in, (SELECT count(*) FROM wanted) FROM wanted
    ORDER BY name COLLATE "C" LIMIT %(limit)s OFFSET %(offset)s
"""  # noqa: S608  # words of this file

# Which seats count depends on those granted before.
_SEATS = """
    SELECT username, product, granted_at, granted_by, rank FROM (
      SELECT username, product, granted_at, granted_by, row_number() OVER (
        PARTITION BY product ORDER BY granted_at, username COLLATE "C") - 1 AS rank
      FROM pgtoll.seat
      WHERE product IN (SELECT product FROM pgtoll.seat WHERE username = ANY (%(users)s))
    ) s WHERE username = ANY (%(users)s) ORDER BY product
"""


async def read_holders(
    connection: Connection, search: str, lacking: str
) -> tuple[list[str], list[str]]:
    """Return who has a seat and a name as searched, and who has one of the lacking product.

    Those are not among the former.
    """
    cursor = await connection.execute(_HOLDERS, {"search": search, "lacking": lacking})
    holders = [row[0] for row in await cursor.fetchall()]
    if not lacking:
        return holders, []
    cursor = await connection.execute(_WITH_SEAT, [lacking])
    return holders, [row[0] for row in await cursor.fetchall()]


async def read_names(
    connection: Connection,
    search: str,
    holders: list[str],
    without: list[str],
    some: Slice,
) -> tuple[dict[str, bool], int]:
    """Return some users, whether each may log in, and how many there are.

    `holders` are beside the login roles, those in `without` are left out.
    """
    asked: dict[str, object] = {"search": search, "holders": holders, "without": without}
    asked |= {"limit": some.limit, "offset": some.offset}
    # A plan for arrays of any length is quadratic: ten thousand names would take a minute.
    cursor = await connection.execute(_PAGE.encode(), asked, prepare=False)
    rows = await cursor.fetchall()
    total = rows[0][2] if rows else 0
    return {name: may_log_in for name, may_log_in, _ in rows}, total


async def read_lines(
    connection: Connection, held: Held, may_log_in: Mapping[str, bool], now: datetime
) -> tuple[UserLine, ...]:
    """Return users with their seats, and when they were here last."""
    cursor = await connection.execute(_SEATS, {"users": list(may_log_in)})
    seats: dict[str, list[UserSeat]] = {name: [] for name in may_log_in}
    for user, product, at, by, rank in await cursor.fetchall():
        state = held.policy.seated(product, rank, now)
        seats[user].append(UserSeat(product, at, by, state))
    days = await read_last_days(connection, may_log_in)
    return tuple(
        UserLine(name, may, tuple(seats[name]), days.get(name)) for name, may in may_log_in.items()
    )


async def read_ranks(connection: Connection, user: str) -> dict[str, dict[str, int]]:
    """Return the place of a user's seat among those of each product, as a policy takes it."""
    cursor = await connection.execute(_SEATS, {"users": [user]})
    return {product: {user: rank} for _, product, _, _, rank in await cursor.fetchall()}


def without_seat(policy: Policy, now: datetime) -> tuple[ProductState, ...]:
    """Return what each product is to a user who has no seat of it."""
    return tuple(policy.seated(code, None, now) for code in sorted(policy.products))
