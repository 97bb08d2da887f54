"""TLS, to clients and to PostgreSQL.

An `Engine` turns bytes into bytes. A `Handshake` has a socket until both sides agree; from then on
a `SecureTransport` stands in the place of the socket's own, for whoever reads and writes there.
`ClientTls` and `ServerTls` are what the operator wants, checked when they are loaded.
"""

from pgtoll.tls.certificates import Subject, end_point
from pgtoll.tls.clients import ClientTls, load_client_tls
from pgtoll.tls.engine import ALPN, Engine
from pgtoll.tls.handshake import Handshake
from pgtoll.tls.servers import ServerTls, home_directory, load_server_tls
from pgtoll.tls.transport import SecureTransport

__all__ = [
    "ALPN",
    "ClientTls",
    "Engine",
    "Handshake",
    "SecureTransport",
    "ServerTls",
    "Subject",
    "end_point",
    "home_directory",
    "load_client_tls",
    "load_server_tls",
]
