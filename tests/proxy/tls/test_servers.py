"""libpq's parameters for TLS mean what they mean to libpq."""

import asyncio
import ssl
from pathlib import Path

import pytest
from answering import Answering
from certificates import Authority, Pair

from pgtoll.errors import ConfigError, InsecureConnection
from pgtoll.tls import ALPN, SecureTransport, ServerTls, home_directory, load_server_tls
from pgtoll.tls.servers import SslMode


def loaded(home: Path, **parameters: str) -> ServerTls:
    return load_server_tls(parameters, home)


def refused(home: Path, **parameters: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load_server_tls(parameters, home)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def outcome(server: Answering, tls: ServerTls, host: str = "localhost") -> bool:
    """Whether what replaces the transport is encrypted. Raises InsecureConnection."""
    found: list[asyncio.Transport] = []

    async def work(transport: asyncio.Transport) -> None:
        found.append(await tls.secure(transport, host))

    server.meet(work)
    return isinstance(found[0], SecureTransport)


# What is meant


def test_nothing_said_is_prefer(tmp_path: Path) -> None:
    assert loaded(tmp_path).mode is SslMode.PREFER
    assert loaded(tmp_path, sslmode="disable") == ServerTls()


@pytest.mark.parametrize(
    ("mode", "ways"),
    [
        ("disable", (False,)),
        ("allow", (False, True)),
        ("prefer", (True, False)),
        ("require", (True,)),
        ("verify-ca", (True,)),
        ("verify-full", (True,)),
    ],
)
def test_a_mode_says_what_is_tried(mode: str, ways: tuple[bool, ...]) -> None:
    assert SslMode(mode).ways == ways


def test_the_roots_of_the_system_mean_verify_full(tmp_path: Path) -> None:
    assert loaded(tmp_path, sslrootcert="system").mode is SslMode.VERIFY_FULL
    assert "weak sslmode" in refused(tmp_path, sslrootcert="system", sslmode="require")


@pytest.mark.parametrize("mode", ["allow", "prefer"])
def test_direct_negotiation_leaves_no_choice(mode: str, tmp_path: Path) -> None:
    assert "weak sslmode" in refused(tmp_path, sslmode=mode, sslnegotiation="direct")
    assert loaded(tmp_path, sslmode="require", sslnegotiation="direct").direct


@pytest.mark.parametrize(
    "wrong",
    [
        {"sslmode": "always"},
        {"gssencmode": "require"},
        {"ssl_min_protocol_version": "TLSv1"},
        {"ssl_max_protocol_version": "SSLv3"},
        {"sslcertmode": "require"},
    ],
)
def test_what_is_not_understood_is_refused(wrong: dict[str, str], tmp_path: Path) -> None:
    assert next(iter(wrong.values())) in refused(tmp_path, **wrong)


def test_versions_are_bounded(tmp_path: Path) -> None:
    found = loaded(
        tmp_path, ssl_min_protocol_version="TLSv1.2", ssl_max_protocol_version="TLSv1.2"
    ).context
    assert found is not None
    assert found.minimum_version is found.maximum_version is ssl.TLSVersion.TLSv1_2


# Files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / ".postgresql"
    made.mkdir()
    return made


def test_to_verify_takes_a_root(folder: Path) -> None:
    for mode in ("verify-ca", "verify-full"):
        text = refused(folder.parent, sslmode=mode)
        assert text.startswith(f"root certificate file {folder / 'root.crt'} does not exist")


def test_a_root_that_is_there_is_used_in_every_mode(folder: Path, authority: Authority) -> None:
    (folder / "root.crt").write_bytes(authority.file.read_bytes())
    for mode in ("prefer", "require", "verify-ca"):
        context = loaded(folder.parent, sslmode=mode).context
        assert context is not None
        assert context.verify_mode is ssl.CERT_REQUIRED


def test_default_files_are_used(folder: Path, authority: Authority, pair: Pair) -> None:
    (folder / "root.crt").write_bytes(authority.file.read_bytes())
    (folder / "root.crl").write_bytes(authority.revoke(pair).read_bytes())
    (folder / "postgresql.crt").write_bytes(pair.certificate.read_bytes())
    assert refused(folder.parent) == (
        f"cannot read {folder / 'postgresql.key'}: no such file or directory"
    )
    (folder / "postgresql.key").touch(0o600)
    (folder / "postgresql.key").write_bytes(pair.key.read_bytes())
    context = loaded(folder.parent).context
    assert context is not None
    assert context.verify_flags & ssl.VERIFY_CRL_CHECK_CHAIN
    assert loaded(folder.parent, sslcertmode="disable").context


def test_a_key_may_have_a_passphrase(tmp_path: Path, authority: Authority) -> None:
    locked = authority.issue("locked", passphrase="secret")
    files = {"sslcert": str(locked.certificate), "sslkey": str(locked.key)}
    assert loaded(tmp_path, sslpassword="secret", **files).context
    assert "passphrase" in refused(tmp_path, **files)


def test_an_account_without_a_home_has_no_default_files(pair: Pair) -> None:
    assert load_server_tls({}, None).mode is SslMode.PREFER
    with pytest.raises(ConfigError, match="home directory does not exist: provide it"):
        load_server_tls({"sslmode": "verify-full"}, None)
    with pytest.raises(ConfigError, match="sslkey is not set"):
        load_server_tls({"sslcert": str(pair.certificate)}, None)
    named = {"sslcert": str(pair.certificate), "sslkey": str(pair.key)}
    assert load_server_tls(named, None).context


def test_who_is_in_no_list_of_accounts_has_no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    assert home_directory() is not None
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("os.getuid", lambda: 61184)  # the first of systemd's DynamicUser
    assert home_directory() is None


def test_a_home_that_may_not_be_entered_has_no_default_files(
    folder: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "root.crt").write_bytes(authority.file.read_bytes())
    given = {"sslrootcert": str(folder / "root.crt")}
    assert loaded(folder.parent, **given).context

    def look(path: Path, **_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("os.stat", look)
    monkeypatch.setattr(Path, "stat", look)
    assert loaded(folder.parent).mode is SslMode.PREFER
    assert (
        refused(folder.parent, **given) == f"cannot read {folder / 'root.crt'}: permission denied"
    )


# On a socket


@pytest.mark.parametrize("mode", ["prefer", "require", "verify-ca", "verify-full"])
def test_a_server_with_tls(
    mode: str, tmp_path: Path, authority: Authority, serving: ssl.SSLContext
) -> None:
    server = Answering(b"S", serving)
    assert outcome(server, loaded(tmp_path, sslmode=mode, sslrootcert=str(authority.file)))
    assert server.names == ["localhost"]


def test_a_server_without_tls(tmp_path: Path) -> None:
    assert not outcome(Answering(b"N"), loaded(tmp_path, sslmode="prefer"))
    for mode in ("require", "allow"):  # allow: it comes here when it was turned down without
        with pytest.raises(InsecureConnection, match="but SSL was required"):
            outcome(Answering(b"N"), loaded(tmp_path, sslmode=mode))


@pytest.mark.parametrize(("host", "named"), [("localhost", True), ("127.0.0.1", False)])
def test_the_server_is_told_names_and_not_addresses(
    host: str, named: bool, tmp_path: Path, serving: ssl.SSLContext
) -> None:
    server = Answering(b"S", serving)
    assert outcome(server, loaded(tmp_path, sslmode="require"), host)
    assert server.names == [host if named else None]
    assert outcome(server, loaded(tmp_path, sslmode="require", sslsni="0"), host)
    assert server.names[1:] == [None]


def test_another_name_is_refused_by_verify_full_alone(
    tmp_path: Path, authority: Authority, serving: ssl.SSLContext
) -> None:
    root = str(authority.file)
    server = Answering(b"S", serving)
    assert outcome(server, loaded(tmp_path, sslmode="verify-ca", sslrootcert=root), "other")
    with pytest.raises(InsecureConnection, match="does not match host name 'other'"):
        outcome(server, loaded(tmp_path, sslmode="verify-full", sslrootcert=root), "other")


def test_a_name_that_cannot_be_one(tmp_path: Path, serving: ssl.SSLContext) -> None:
    with pytest.raises(InsecureConnection, match="cannot be the name of a server"):
        outcome(Answering(b"S", serving), loaded(tmp_path, sslmode="require"), "x" * 80)


def test_a_stranger_is_refused(tmp_path: Path, serving: ssl.SSLContext) -> None:
    stranger = Authority.new(tmp_path, "stranger")
    tls = loaded(tmp_path, sslmode="require", sslrootcert=str(stranger.file))
    with pytest.raises(InsecureConnection, match="certificate verify failed"):
        outcome(Answering(b"S", serving), tls)


def test_a_revoked_certificate_is_refused(
    tmp_path: Path, authority: Authority, pair: Pair, serving: ssl.SSLContext
) -> None:
    files = {"sslrootcert": str(authority.file), "sslcrl": str(authority.revoke(pair))}
    with pytest.raises(InsecureConnection, match="certificate revoked"):
        outcome(Answering(b"S", serving), loaded(tmp_path, sslmode="require", **files))


@pytest.mark.parametrize("agrees", [True, False])
def test_direct_negotiation_needs_the_protocol(agrees: bool, tmp_path: Path, pair: Pair) -> None:
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(pair.certificate, pair.key)
    if agrees:
        serving.set_alpn_protocols([ALPN])
    server = Answering(b"", serving)
    tls = loaded(tmp_path, sslmode="require", sslnegotiation="direct")
    if agrees:
        assert outcome(server, tls)
        return
    with pytest.raises(InsecureConnection, match="without ALPN"):
        outcome(server, tls)
