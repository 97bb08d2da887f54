"""Syslog by each of its ways, to a server that goes and comes back."""

import ssl
from pathlib import Path

import pytest
from auditing import PROXY, collecting, refused
from certificates import Authority
from proxies import eventually

from pgtoll.config import Auditing, Pem, Target, load_config, read_pem
from pgtoll.errors import ConfigError
from pgtoll.trails.syslog import Syslog, is_ended, syslog

SECONDS = 20.0


def sender(where: str, ca: Pem | None = None) -> Syslog:
    (target,) = load_config({"audit": [where]}, environment={}).audit.targets
    return syslog(target, Auditing(ca=ca, facility="authpriv"), PROXY)


@pytest.mark.parametrize("kind", ["unix", "udp", "tcp"])
def test_each_record_is_one_message(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "log" if kind == "unix" else None
    with collecting(kind, path) as (collector, where):
        end = sender(where)
        assert end.write([refused(str(number)) for number in range(50)]) == 50
        come = collector.wait_for(50)
        assert len(come) == 50
        assert all(message.startswith(b"<84>1 ") for message in come)
        assert {message.partition(b'sql="')[2].partition(b'"')[0] for message in come} == {
            str(number).encode() for number in range(50)
        }
        end.close()


@pytest.fixture
def tls(tmp_path: Path) -> tuple[ssl.SSLContext, Pem, Pem]:
    """A server's side of TLS, who signed its certificate, and somebody else."""
    (tmp_path / "other").mkdir()
    authority, other = Authority.new(tmp_path), Authority.new(tmp_path / "other")
    pair = authority.issue("localhost", "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    return context, read_pem(authority.file), read_pem(other.file)


def test_tls_asks_for_the_certificate_of_the_right_server(
    tls: tuple[ssl.SSLContext, Pem, Pem],
) -> None:
    context, ours, others = tls
    with collecting("tls", tls=context) as (collector, where):
        end = sender(where, ours)
        assert end.write([refused("1")]) == 1
        assert end.write([refused("2")]) == 1
        assert len(collector.wait_for(2)) == 2
        end.close()
        for wrong in (sender(where, others), sender(where.replace("localhost", "127.0.0.1"), ours)):
            with pytest.raises(ssl.SSLCertVerificationError):
                wrong.write([refused("3")])
    assert len(collector.received) == 2


@pytest.mark.parametrize("kind", ["tcp", "tls"])
def test_a_server_that_hangs_up_between_records_loses_none(
    kind: str, tls: tuple[ssl.SSLContext, Pem, Pem]
) -> None:
    context, ours, _ = tls
    with collecting(kind, tls=context if kind == "tls" else None) as (collector, where):
        end = sender(where, ours)
        for number in range(5):
            assert end.write([refused(str(number))]) == 1
            assert len(collector.wait_for(number + 1)) == number + 1
            collector.hang_up()
            assert eventually(lambda: ended(end), within=SECONDS)
        end.close()


def ended(end: Syslog) -> bool:
    assert end._socket is not None
    return is_ended(end._socket)


def test_a_server_that_is_away_is_an_error_and_not_the_end(tmp_path: Path) -> None:
    path = tmp_path / "log"
    end = sender(f"syslog:{path}")
    with pytest.raises(OSError, match="No such file"):
        end.write([refused()])
    with collecting("unix", path) as (collector, _):
        assert end.write([refused()]) == 1
        assert len(collector.wait_for(1)) == 1
    with pytest.raises(OSError, match=r"refused|Broken pipe"):
        end.write([refused()])


def test_what_holds_no_certificates_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "ca"
    file.write_text("no certificate")
    target = Target(Target().kind, transport="tls", host="localhost", port=6514)
    with pytest.raises(ConfigError, match=r"audit_ca: .* holds no certificates"):
        syslog(target, Auditing(ca=read_pem(file)), PROXY)
