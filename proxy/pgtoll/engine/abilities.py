"""What probes have found of a server: plain values, by which everything else is chosen.

A text says why something does not work; it is empty where it does.
"""

import re
from dataclasses import dataclass

NEWEST = 180000
_YUGABYTE = re.compile(r"-YB-([\w.]+)")
_COCKROACH = re.compile(r"CockroachDB \S+ (v[\w.]+)")


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a server does for the role whose rights our functions have."""

    engine: str  # as people call the server, with its version
    owner: str  # that role: the owner of schema pgtoll
    superuser: bool = True
    bypasses: bool = True  # row security does not hide rows from it
    hidden: tuple[str, ...] = ()  # some tables of whose rows it may not read all
    most_hidden: int = 0  # how many they are
    speaks: int = NEWEST  # as `server_version_num` has it: 150018
    counts: str = ""  # what the transaction did to each table (pg_stat_get_xact_*)
    locks: str = ""  # what the transaction has locked (pg_locks)
    fresh: str = ""  # what everybody's counts are now, not what they were a moment ago
    flushes: str = ""  # everybody may have counts put away
    event_triggers: str = ""  # somebody is told of DDL
    notifies: str = ""  # LISTEN and NOTIFY
    prepares: bool = False  # transactions can be prepared
    instance: str = ""  # which cluster this is
    distributed: bool = False  # rows of some tables are kept by other servers (Citus)


def engine_name(version: str, citus: str = "") -> str:
    """Return what people call a server, from what `SELECT version()` says of it.

    `citus` is the version of the extension of that name, if there is one.
    """
    if found := _COCKROACH.search(version):
        return f"CockroachDB {found[1]}"
    if found := _YUGABYTE.search(version):
        return f"YugabyteDB {found[1]}"
    plain = " ".join(version.split()[:2])
    return f"Citus {citus} on {plain}" if citus else plain
