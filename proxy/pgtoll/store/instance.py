"""Which instance this is: the identifier that PostgreSQL gave its cluster when it was made.

A physical copy of a cluster has the same. A dump that is restored elsewhere has not, nor has a
cluster that was upgraded.
"""

from pgtoll.store.link import Connection

_FUNCTION = "pg_catalog.pg_control_system()"


async def read_instance(connection: Connection) -> str | None:
    """Return the system identifier, None when this role may not read it.

    Everybody may, unless an administrator took that right away.
    """
    cursor = await connection.execute(
        "SELECT pg_catalog.has_function_privilege(%s, 'EXECUTE')", [_FUNCTION]
    )
    ((allowed,),) = await cursor.fetchall()
    if not allowed:
        return None
    cursor = await connection.execute(
        "SELECT system_identifier::text FROM pg_catalog.pg_control_system()"
    )
    ((identifier,),) = await cursor.fetchall()
    return str(identifier)
