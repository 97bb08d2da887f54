"""What the console asks of every worker."""

from __future__ import annotations

from dataclasses import dataclass

from pgtoll.program.control import Request


@dataclass(frozen=True, slots=True)
class Sessions(Request):
    """Who is served; the answer is a tuple of SessionLine."""


@dataclass(frozen=True, slots=True)
class Kill(Request):
    """End the session of a server process; the answer is whether there was one."""

    pid: int


@dataclass(frozen=True, slots=True)
class Pause(Request):
    """Hold clients back between their transactions, or let them go on.

    To be on, it is answered when the last transaction has ended.
    """

    on: bool


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One client and its server connection."""

    worker: int  # the process that serves it
    pid: int  # of the server process; 0 until PostgreSQL has said it
    role: str
    license_user: str
    database: str
    application: str
    address: str  # HOST:PORT; "" for a Unix socket
    state: str
    tls: str  # the version of the protocol, "" for none
    connected: float  # seconds ago
    taken: int  # bytes from the client
    given: int  # bytes from the server
    host: str  # of PostgreSQL
    server_tls: str
