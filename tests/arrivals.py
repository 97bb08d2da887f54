"""What clients are told on arrival."""

from proxies import Site
from raw_client import RawClient, Reply

from pgtoll.wire.messages import read_fields


def fields(reply: Reply) -> tuple[str, str, str]:
    """An ErrorResponse: severity, SQLSTATE, message."""
    found = read_fields(reply[1])
    return found["S"].decode(), found["C"].decode(), found["M"].decode()


def told(site: Site, user: str, **parameters: str) -> tuple[str, str, str]:
    """How a client is turned away."""
    with RawClient(site.proxy.port) as client:
        replies = client.start(user, **{"database": site.database.dbname} | parameters)
        assert client.reply() is None
    return fields(replies[-1])
