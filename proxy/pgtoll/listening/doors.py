"""The sockets that the program listens on: bound, handed over by systemd, or by our predecessor."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from pgtoll.config import Config, Listen
from pgtoll.listening.addresses import address_of, bound, name_of, reserve, spread, unusable
from pgtoll.listening.handover import Named, Offer, take
from pgtoll.listening.local_sockets import bound_local, path_of, remove

FIRST_DESCRIPTOR = 3  # of those that systemd passes on (sd_listen_fds(3))
CLIENTS, CONSOLE, METRICS = "clients", "console", "metrics"  # what sockets are for

_Found = dict[str, tuple[socket.socket, ...]]


@dataclass(frozen=True, slots=True)
class Doors:
    """All that the program listens on; the sockets stay ours while processes come and go."""

    clients: tuple[socket.socket, ...]
    console: socket.socket | None = None
    metrics: socket.socket | None = None
    offer: Offer | None = None  # of the clients' sockets, to the program that replaces us

    def named(self) -> list[Named]:
        """All of them, each with what it is for."""
        others = ((CONSOLE, self.console), (METRICS, self.metrics))
        named = [(CLIENTS, sock) for sock in self.clients]
        return named + [(name, sock) for name, sock in others if sock is not None]

    def close(self) -> None:
        """Let go of them; who has them as well goes on."""
        if self.offer:
            self.offer.close()
        for _, sock in self.named():
            sock.close()

    def lines(self) -> list[str]:
        """What is said on standard output when the program serves."""
        names = dict.fromkeys(map(name_of, self.clients))
        lines = [f"listening on {name}" for name in names]
        if self.console:
            lines.append(f"console on http://{name_of(self.console)}")
        if self.metrics:
            lines.append(f"metrics on http://{name_of(self.metrics)}/metrics")
        return lines


@contextmanager
def opened(config: Config, *, console: bool) -> Iterator[Doors]:
    """Bind what the configuration names, or take what was handed to us. Raises ConfigError."""
    with ExitStack() as kept:
        passed = _passed(os.environ)
        found = passed or _taken(config, kept)
        clients = found.get(CLIENTS, ())
        if CLIENTS not in passed:
            clients += _reserved(config, clients, kept)
        local = _local(config, clients)
        clients = _for_all(clients, config.workers, alone=not local) + local
        for name in _local_names(clients):
            kept.callback(remove, name)  # when the last who listens has gone
        doors = Doors(
            clients,
            _one(found, CONSOLE, config.console.listen if console else None),
            _one(found, METRICS, config.operation.metrics),
        )
        for _, sock in doors.named():
            kept.enter_context(sock)
        if config.operation.reuse_port:
            doors = replace(doors, offer=Offer(_addresses(clients), doors.named()))
        yield doors


def _taken(config: Config, kept: ExitStack) -> _Found:
    """The sockets of the programs that we replace, but for those of addresses no longer wanted."""
    found: _Found = {}
    if not config.operation.reuse_port:
        return found
    wanted = [address_of(listen) for listen in spread(config.listen)]
    for address in wanted:
        if address in _addresses(found.get(CLIENTS, ())) or not (taken := take(address)):
            continue
        kept.enter_context(taken.peer)
        for name, sock in taken.sockets:
            if name == CLIENTS and sock.family != socket.AF_UNIX and name_of(sock) not in wanted:
                sock.close()
            else:
                found[name] = (*found.get(name, ()), sock)
    return found


def _reserved(
    config: Config, had: Sequence[socket.socket], kept: ExitStack
) -> tuple[socket.socket, ...]:
    """Sockets of the addresses that we have none of yet. Raises ConfigError."""
    shared = config.workers > 1 or config.operation.reuse_port
    made: list[socket.socket] = []
    for listen in spread(config.listen):
        if address_of(listen) not in _addresses((*had, *made)):
            made.append(kept.enter_context(reserve(listen, shared=shared)))
    return tuple(made)


def _for_all(
    clients: Sequence[socket.socket], workers: int, *, alone: bool
) -> tuple[socket.socket, ...]:
    """As many sockets of each address as there are workers, so that everybody has one of each.

    One address that is `alone` may have a single one: they take turns on it.
    """
    groups: dict[str, tuple[socket.socket, ...]] = {}
    for sock in clients:
        groups[name_of(sock)] = (*groups.get(name_of(sock), ()), sock)
    found = [_enough(group, workers) for group in groups.values()]
    if alone and len(found) == 1:
        return found[0]
    return tuple(sock for group in found for sock in group * (workers if len(group) == 1 else 1))


def _enough(clients: tuple[socket.socket, ...], workers: int) -> tuple[socket.socket, ...]:
    """One socket for each worker, if the address can be shared: the kernel is fair to them."""
    first = clients[0]
    if first.family is socket.AF_UNIX or not _is_shared(first):
        return clients
    host, port = first.getsockname()[:2]
    more = range(workers - len(clients))
    return clients + tuple(bound(host, port, shared=True) for _ in more)


def _is_shared(sock: socket.socket) -> bool:
    return bool(sock.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT))


def _addresses(clients: Sequence[socket.socket]) -> list[str]:
    """What they listen on over TCP, each once."""
    tcp = [sock for sock in clients if sock.family is not socket.AF_UNIX]
    return list(dict.fromkeys(map(name_of, tcp)))


def _local(config: Config, clients: tuple[socket.socket, ...]) -> tuple[socket.socket, ...]:
    """The Unix sockets that are to be, each for all workers. Raises ConfigError."""
    if _local_names(clients):  # the program that we replace has them
        return ()
    port = clients[0].getsockname()[1]
    made: list[socket.socket] = []
    for directory in config.local.directories:
        path = path_of(directory, port)
        try:
            sock = bound_local(path, config.local)
        except OSError as exc:
            raise unusable(path, exc, "--unix-socket-dir") from exc
        made += [sock, *(sock.dup() for _ in range(config.workers - 1))]
    return tuple(made)


def _local_names(clients: Sequence[socket.socket]) -> list[str]:
    local = [sock for sock in clients if sock.family is socket.AF_UNIX]
    return list(dict.fromkeys(map(name_of, local)))


def _one(found: _Found, name: str, listen: Listen | None) -> socket.socket | None:
    if listen is None:
        return None
    return found[name][0] if name in found else reserve(listen, shared=False, option=f"--{name}")


def _passed(environment: MutableMapping[str, str]) -> _Found:
    """The sockets that systemd passes on, by what they are for: clients, unless named otherwise.

    Our own processes are not to take them as theirs.
    """
    given = {
        name: environment.pop(name, "") for name in ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES")
    }
    if given["LISTEN_PID"] != str(os.getpid()) or not given["LISTEN_FDS"].isdecimal():
        return {}
    names = given["LISTEN_FDNAMES"].split(":")
    found: _Found = {}
    for i in range(int(given["LISTEN_FDS"])):
        os.set_inheritable(FIRST_DESCRIPTOR + i, False)
        name = names[i] if i < len(names) and names[i] in (CONSOLE, METRICS) else CLIENTS
        found[name] = (*found.get(name, ()), socket.socket(fileno=FIRST_DESCRIPTOR + i))
    return found


def shares(workers: int, sockets: int, alive: Sequence[int]) -> dict[int, frozenset[int]]:
    """Return which sockets each living worker serves: its own, and those of the dead."""
    found: dict[int, set[int]] = {one: set() for one in alive}
    if not alive:
        return {}
    for worker in range(workers):
        own = set(range(worker, sockets, workers)) or {worker % sockets}
        found[worker if worker in found else alive[worker % len(alive)]] |= own
    return {one: frozenset(numbers) for one, numbers in found.items()}
