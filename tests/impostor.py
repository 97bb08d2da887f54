"""A server that serves all but one user as PostgreSQL does; that one gets what a test says."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from raw_client import SSL_REQUEST

from pgtoll.wire.startup import CANCEL_CODE

SECONDS = 20.0
AT_ONCE = 1 << 16  # bytes


@dataclass
class Impostor:
    """What listens on a port, and the bytes it has ready for its victim's next connections."""

    port: int
    victim: str
    script: list[bytes] = field(default_factory=list)  # of the next connection, piece by piece
    act: Callable[[socket.socket], None] | None = None  # instead of a script: hears and answers
    cancels: list[bytes] = field(default_factory=list)  # the requests that came, of whomever


@contextmanager
def impostor(real: tuple[str, int], victim: str) -> Iterator[Impostor]:
    """Stand in front of a server while the context lasts."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        it = Impostor(listener.getsockname()[1], victim)
        threading.Thread(target=_accept, args=(listener, it, real), daemon=True).start()
        yield it
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, it: Impostor, real: tuple[str, int]) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            client.settimeout(SECONDS)
            threading.Thread(target=_serve, args=(client, it, real), daemon=True).start()


def _serve(client: socket.socket, it: Impostor, real: tuple[str, int]) -> None:
    with client, suppress(OSError):
        start = client.recv(AT_ONCE)
        if start == SSL_REQUEST:  # or nobody would be seen to be the victim
            client.sendall(b"N")
            start = client.recv(AT_ONCE)
        if start[4:8] == CANCEL_CODE.to_bytes(4, "big"):
            it.cancels.append(start)
        if f"user\0{it.victim}\0".encode() in start:
            script, it.script = it.script, []
            for piece in script:
                client.sendall(piece)
            if it.act is not None:
                it.act(client)
            client.shutdown(socket.SHUT_WR)
            while client.recv(AT_ONCE):
                pass
            return
        _join(client, real, start)


def _join(client: socket.socket, real: tuple[str, int], start: bytes) -> None:
    """Be no more than a wire."""
    with socket.create_connection(real) as server:
        client.settimeout(None)
        server.sendall(start)
        back = threading.Thread(target=_pump, args=(server, client), daemon=True)
        back.start()
        _pump(client, server)
        back.join(SECONDS)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(AT_ONCE):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
