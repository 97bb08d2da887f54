"""Who may connect around the proxy, by the rules of pg_hba.conf: the first that matches decides."""

import ipaddress
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pgtoll.doctor.findings import Finding, Severity, Where, fine
from pgtoll.doctor.network import Way

HBA = "pg_hba.conf"
_ANY_DATABASE = {"all", "sameuser", "samerole", "samegroup"}
_BELIEVING = {"trust": "believes everybody", "ident": "believes the machine they come from"}
_PLAIN = re.compile(r"""[^\s,"#]+""")
_LENGTHS = {4: 32, 6: 128}

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of pg_hba.conf, as pg_hba_file_rules shows it."""

    place: str  # FILE:LINE
    type: str
    databases: tuple[str, ...]
    users: tuple[str, ...]
    address: str  # an address, a host's name or a keyword; "" for a Unix socket
    netmask: str
    method: str
    options: tuple[str, ...] = ()
    error: str = ""

    @property
    def network(self) -> Network | None:
        """Return the addresses that it is for; None for the name of a host."""
        if self.address == "all":
            return None
        try:
            start = ipaddress.ip_address(self.address)
            bits = bin(int(ipaddress.ip_address(self.netmask))).count("1")
        except ValueError:
            return None
        return ipaddress.ip_network((start, bits), strict=False)

    def __str__(self) -> str:
        network = self.network
        where = str(network) if network else self.address
        names = [",".join(map(_quoted, self.databases)), ",".join(map(_quoted, self.users))]
        return " ".join(filter(None, [self.type, *names, where, self.method, *self.options]))


@dataclass(frozen=True, slots=True)
class Situation:
    """What rules are judged against."""

    way: Way
    database: str
    superusers: frozenset[str]
    first: str = "postgres"  # the server's first role, for whom a socket may stay open
    replicators: bool = False  # whether a role that is no superuser may replicate
    sockets: bool = True  # whether the server has a Unix socket at all


def judge_rules(rules: Sequence[Rule], situation: Situation) -> tuple[Finding, ...]:
    """Return a finding for each rule that lets in others than the proxy, or anybody unasked."""
    readable = [rule for rule in rules if not rule.error]
    found = [_unreadable(rule) for rule in rules if rule.error]
    for at, rule in enumerate(readable):
        if _matters(rule, readable[:at], situation):
            found += _faults(rule, situation)
    return tuple(found) or (fine("pg-hba", "pg_hba.conf lets nobody in but the proxy"),)


def _matters(rule: Rule, before: Sequence[Rule], situation: Situation) -> bool:
    """Tell whether a rule ever lets somebody into the database."""
    if rule.method == "reject" or (rule.type == "local" and not situation.sockets):
        return False
    return _covers(rule, situation) and not any(_hides(earlier, rule) for earlier in before)


def _covers(rule: Rule, situation: Situation) -> bool:
    names = set(rule.databases)
    if names == {"replication"}:
        return situation.replicators or rule.method in _BELIEVING
    wild = names & _ANY_DATABASE or any(name.startswith("/") for name in names)
    return bool(wild) or situation.database in names


def _hides(earlier: Rule, rule: Rule) -> bool:
    """Tell whether every connection that a rule is for is decided by an earlier one."""
    same_type = earlier.type in (rule.type, "host") and (earlier.type == "local") == (
        rule.type == "local"
    )
    databases = set(rule.databases) <= set(earlier.databases) or (
        "all" in earlier.databases and "replication" not in rule.databases
    )
    users = "all" in earlier.users or set(rule.users) <= set(earlier.users)
    return same_type and databases and users and _contains(earlier, rule)


def _contains(earlier: Rule, rule: Rule) -> bool:
    if earlier.address in ("all", rule.address) and earlier.netmask in ("", rule.netmask):
        return True
    outer, inner = earlier.network, rule.network
    if isinstance(outer, ipaddress.IPv4Network) and isinstance(inner, ipaddress.IPv4Network):
        return inner.subnet_of(outer)
    if isinstance(outer, ipaddress.IPv6Network) and isinstance(inner, ipaddress.IPv6Network):
        return inner.subnet_of(outer)
    return False


def _faults(rule: Rule, situation: Situation) -> Iterator[Finding]:
    believing = _BELIEVING.get(rule.method)
    superusers_only = situation.superusers.issuperset(rule.users)
    others = not superusers_only and _lets_in_others(rule, situation.way)
    if not believing and not others:
        return
    says = [f"lets in {_who(rule)}"] if others else []
    says += [believing] if believing else []
    yield Finding(
        check="pg-hba",
        severity=Severity.PROBLEM,
        what=f"{rule.place} {' and '.join(says)}: {rule}",
        why=_why(others=others, believing=bool(believing)),
        fix=(str(_mended(rule, situation, others=others)),),
        where=Where.HBA,
        place=rule.place,
    )


def _why(*, others: bool, believing: bool) -> str:
    reasons = ["A proxy that can be gone around enforces nothing."] if others else []
    reasons += [
        "Licenses belong to roles, and here anybody is any role, a superuser too."
    ] * believing
    return " ".join(reasons)


def _lets_in_others(rule: Rule, way: Way) -> bool:
    """Tell whether a rule is for any other place than the one that the proxy comes from."""
    if rule.type == "local" or way.client is None:
        return (rule.type == "local") != (way.client is None)
    if rule.address == "samehost":
        return not way.loopback
    network = rule.network
    if network is None:
        return True
    if way.loopback:
        return not network.is_loopback
    return network != ipaddress.ip_network(way.client)


def _who(rule: Rule) -> str:
    if rule.type == "local":
        return "every account of the server's machine"
    network = rule.network
    if rule.address == "all" or (network and network.prefixlen == 0):
        return "everybody"
    return f"whoever comes from {network or rule.address}"


def _mended(rule: Rule, situation: Situation, *, others: bool) -> Rule:
    """Return the rule as it should be."""
    client = situation.way.client
    if rule.type == "local" and others:
        return replace(rule, users=(situation.first,), method="peer", options=())
    if others and client is None:
        return replace(rule, method="reject", options=())
    method = "scram-sha-256" if rule.method in _BELIEVING else rule.method
    options = rule.options if method == rule.method else ()
    if not others or client is None:
        return replace(rule, method=method, options=options)
    length = _LENGTHS[ipaddress.ip_address(client).version]
    mask = str(ipaddress.ip_network((client, length)).netmask)
    return replace(rule, address=client, netmask=mask, method=method, options=options)


def _unreadable(rule: Rule) -> Finding:
    return Finding(
        check="pg-hba",
        severity=Severity.WARNING,
        what=f"{rule.place} cannot be read by PostgreSQL: {rule.error}",
        why="With such a line the whole file is not loaded, and an older one is in force.",
        fix=("# taken out: PostgreSQL cannot read it",),
        where=Where.HBA,
        place=rule.place,
    )


def _quoted(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else '"' + name.replace('"', '""') + '"'
