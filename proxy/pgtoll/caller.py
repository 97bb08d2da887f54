"""Who a session is, for the log, the record of refusals and lists of sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pgtoll.wire.startup import Startup

SHOWN = 64  # characters of what a client calls its application


@dataclass(frozen=True, slots=True)
class Caller:
    """What a client has said that it is, and where its connection comes from."""

    role: str  # that logs in
    database: str
    address: str  # HOST:PORT; of a Unix socket nothing
    application: str

    @classmethod
    def of(cls, startup: Startup, address: str) -> Caller:
        named = dict(startup.parameters).get("application_name", "")
        return cls(startup.user, startup.database, address, str(named)[:SHOWN])

    def __str__(self) -> str:
        """One clause for the log, such as `app of 10.0.0.7:5123 (worker)`."""
        place = f" of {self.address}" if self.address else ""
        return f"{self.role}{place}" + (f" ({self.application})" if self.application else "")

    def details(self) -> dict[str, str]:
        """The same by name, for lines of JSON."""
        return {
            "role": self.role,
            "database": self.database,
            "address": self.address,
            "application_name": self.application,
        }


def address_of(name: Any) -> str:
    """A peer's name, as a socket has it, as people write it."""
    if not isinstance(name, tuple) or len(name) < 2:
        return ""
    host, port = name[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
