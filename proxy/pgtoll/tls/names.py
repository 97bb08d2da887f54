"""Whether a server's certificate is for the host that was asked for, by libpq's rules.

Those are stricter than OpenSSL's in wildcards and laxer with addresses: whoever moves from libpq to
the proxy must neither lose a server nor trust another.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address

from cryptography import x509
from cryptography.x509.oid import NameOID

from pgtoll.errors import InsecureConnection


def verify_name(der: bytes, host: str) -> None:
    """Raises InsecureConnection, which names what the certificate is for, unless it is for it."""
    if not host:
        raise InsecureConnection("host name must be specified for a verified SSL connection")
    try:
        names, addresses, common = _names(der)
    except ValueError as exc:
        raise InsecureConnection("the names in the server's certificate cannot be read") from exc
    address = _address(host)
    found = [*names, *map(str, addresses)]
    # A name of the kind that was asked for makes the old place for names void (RFC 6125).
    if not (addresses if address else names):
        found += common
    if address not in addresses and not any(_matches(name, host) for name in found):
        raise InsecureConnection(
            f"server certificate for {_listed(found)} does not match host name {host!r}"
        )


def _names(der: bytes) -> tuple[list[str], list[object], list[str]]:
    """Return its DNS names, its addresses, and its common name."""
    certificate = x509.load_der_x509_certificate(der)
    common = [
        str(each.value)
        for each in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[:1]
    ]
    try:
        others = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return [], [], _whole(common)
    names = others.get_values_for_type(x509.DNSName)
    addresses: list[object] = list(others.get_values_for_type(x509.IPAddress))
    return _whole(names), addresses, _whole(common)


def _whole(names: Iterable[str]) -> list[str]:
    """Names without a NUL: for whoever compares them in C they would end there."""
    found = list(names)
    if any("\0" in name for name in found):
        raise ValueError("a name contains a NUL")
    return found


def _address(host: str) -> object | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _matches(pattern: str, host: str) -> bool:
    """A wildcard stands for the first label, all of it, and for no other."""
    pattern, host = pattern.lower(), host.lower()
    if pattern == host:
        return True
    first, dot, rest = host.partition(".")
    return bool(first and dot) and len(pattern) > 2 and pattern == f"*.{rest}"


def _listed(names: list[str]) -> str:
    if not names:
        return "nobody"
    others = f" (and {len(names) - 1} more)" if len(names) > 1 else ""
    return f"{names[0]!r}{others}"
