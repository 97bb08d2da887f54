"""Who may be given a seat, and who may act: the server's login roles."""

from collections.abc import Iterable

from pgtoll.office.refusals import NotAManager
from pgtoll.store.link import Connection

LOCK_SECONDS = 10  # that an action waits for another one, which anybody may have begun in psql


async def check_manager(connection: Connection, actor: str) -> None:
    """Raise NotAManager unless this role may log in and administer licenses, now."""
    cursor = await connection.execute(
        "SELECT FROM pg_roles r WHERE r.rolname::text = %s AND r.rolcanlogin"
        " AND pg_has_role(r.oid, 'pgtoll_manager', 'MEMBER')"
        " AND (r.rolvaliduntil IS NULL OR r.rolvaliduntil > now())",
        [actor],
    )
    if not await cursor.fetchall():
        raise NotAManager(f"{actor} is no login role that is a member of role pgtoll_manager")


async def is_superuser(connection: Connection, user: str) -> bool:
    """Return whether a role of the server may do everything there."""
    cursor = await connection.execute(
        "SELECT FROM pg_roles WHERE rolname::text = %s AND rolsuper", [user]
    )
    return bool(await cursor.fetchall())


async def act_for(connection: Connection, actor: str) -> None:
    """Record what this transaction changes as done by the actor. It waits for no lock for long."""
    await connection.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'".encode())
    await connection.execute(
        "SELECT set_config('pgtoll.acting', pg_current_xact_id()::text || ':' || %s, true)", [actor]
    )


async def login_roles(connection: Connection, names: Iterable[str]) -> frozenset[str]:
    """Return those of some names that are login roles."""
    cursor = await connection.execute(
        "SELECT rolname::text FROM pg_roles WHERE rolcanlogin AND rolname::text = ANY (%s)",
        [list(names)],
    )
    return frozenset(row[0] for row in await cursor.fetchall())
