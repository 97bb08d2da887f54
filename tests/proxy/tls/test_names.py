"""For which hosts a certificate is good: the answers of libpq."""

import pytest
from certificates import Authority

from pgtoll.errors import InsecureConnection
from pgtoll.tls.names import verify_name

GOOD = [
    ("db.example", (), "db.example"),
    ("ignored", ("db.example",), "DB.Example"),
    ("ignored", ("a.example", "b.example"), "b.example"),
    ("ignored", ("*.example",), "db.example"),
    ("ignored", ("192.0.2.1",), "192.0.2.1"),
    ("ignored", ("2001:db8::1",), "2001:db8:0::1"),
    ("192.0.2.1", (), "192.0.2.1"),
    ("192.0.2.1", ("db.example",), "192.0.2.1"),  # names of the other kind do not count
    ("db.example", ("192.0.2.1",), "db.example"),
]
BAD = [
    ("db.example", (), "other.example"),
    ("db.example", ("other.example",), "db.example"),  # the common name is void
    ("192.0.2.1", ("192.0.2.2",), "192.0.2.1"),
    ("ignored", ("*.example",), "a.db.example"),
    ("ignored", ("*.example",), "example"),
    ("ignored", ("*.example",), ".example"),
    ("ignored", ("d*.example",), "db.example"),
    ("ignored", ("*",), "db"),
    ("", (), "db.example"),
]


@pytest.mark.parametrize(("common", "names", "host"), GOOD)
def test_a_certificate_for_the_host(
    common: str, names: tuple[str, ...], host: str, authority: Authority
) -> None:
    verify_name(authority.issue(common, *names, file="named").der, host)


@pytest.mark.parametrize(("common", "names", "host"), BAD)
def test_a_certificate_for_another(
    common: str, names: tuple[str, ...], host: str, authority: Authority
) -> None:
    der = authority.issue(common, *names, file="named").der
    with pytest.raises(InsecureConnection, match=f"does not match host name '{host}'"):
        verify_name(der, host)


def test_what_it_is_for_is_said(authority: Authority) -> None:
    der = authority.issue("x", "a.example", "b.example", file="named").der
    with pytest.raises(InsecureConnection, match=r"for 'a.example' \(and 1 more\) does not"):
        verify_name(der, "c.example")


def test_a_name_with_a_nul_is_good_for_nothing(authority: Authority) -> None:
    der = authority.issue("db.example\0.evil", file="named").der
    with pytest.raises(InsecureConnection, match="cannot be read"):
        verify_name(der, "db.example")


def test_a_host_must_be_named(authority: Authority) -> None:
    with pytest.raises(InsecureConnection, match="host name must be specified"):
        verify_name(authority.issue("db.example").der, "")


def test_what_is_no_certificate_is_for_nobody() -> None:
    with pytest.raises(InsecureConnection, match="cannot be read"):
        verify_name(b"", "db.example")
