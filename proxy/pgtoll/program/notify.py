"""Tell the service manager how the program is: systemd's sd_notify(3), without its library."""

import os
import socket
import time
from collections.abc import Mapping
from contextlib import suppress


class ServiceManager:
    """Whoever has started the program and wants to hear of it; perhaps nobody."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        ours = environment.get("WATCHDOG_PID") in (None, str(os.getpid()))
        usec = environment.get("WATCHDOG_USEC", "")
        # Seconds within which it wants to hear that the program is alive; None when it does not.
        self.watchdog = int(usec) / 1e6 if ours and usec.isdecimal() and int(usec) else None

    def tell(self, *assignments: str) -> None:
        """Send assignments such as `READY=1`; that nobody hears them is no error."""
        if not self._address.startswith(("/", "@")):
            return
        address = "\0" + self._address[1:] if self._address[0] == "@" else self._address
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.setblocking(False)
            sock.sendto("\n".join(assignments).encode(), address)

    def ready(self, status: str) -> None:
        self.tell("READY=1", f"STATUS={status}")

    def reloading(self) -> None:
        self.tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self, seconds: float) -> None:
        """The program ends, at the latest in so many seconds."""
        usec = int(seconds * 1e6)
        self.tell("STOPPING=1", "STATUS=stopping", f"EXTEND_TIMEOUT_USEC={usec}")

    def alive(self) -> None:
        self.tell("WATCHDOG=1")
