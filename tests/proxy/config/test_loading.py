"""Settings: who wins, what is refused, and that every refusal names its place in one line."""

from pathlib import Path

import pytest
from configuring import DSN, refused, written

from pgtoll.config import (
    CONFIG_LIMIT,
    KEYS,
    Config,
    Listen,
    Mode,
    load_config,
)


def test_nothing_given_is_the_defaults() -> None:
    assert load_config(environment={}) == Config()
    assert Config().listen == (Listen("127.0.0.1", 6432),)
    assert Config().enforcement.mode is Mode.ENFORCE


def test_option_beats_environment_beats_file_beats_default(tmp_path: Path) -> None:
    file = written(tmp_path / "pgtoll.toml", 'listen = "h:1"\nworkers = 3\ncustomer = "file"\n')
    environment = {"PGTOLL_LISTEN": "h:2", "PGTOLL_WORKERS": "4"}
    config = load_config({"listen": "h:3"}, file=file, environment=environment)
    assert config.listen == (Listen("h", 3),)
    assert config.workers == 4
    assert config.customer == "file"
    assert config.enforcement.mode is Mode.ENFORCE


def test_an_option_left_out_is_not_a_value(tmp_path: Path) -> None:
    file = written(tmp_path / "pgtoll.toml", "workers = 3\n")
    options: dict[str, object] = {"workers": None, "trust": []}
    assert load_config(options, file=file, environment={}).workers == 3


def test_an_empty_variable_counts_as_unset() -> None:
    assert load_config(environment={"PGTOLL_CUSTOMER": ""}).customer is None


def test_a_value_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    file = written(tmp_path / "server", "host=db password='a b'\n")
    config = load_config(environment={"PGTOLL_SERVER_FILE": str(file), "PGTOLL_STORE_FILE": ""})
    assert config.server.dsn == "host=db password='a b'"


def test_a_file_with_a_value_that_cannot_be_one_is_named(tmp_path: Path) -> None:
    def said(name: str, **more: str) -> str:
        return refused(environment={"PGTOLL_CUSTOMER_FILE": str(tmp_path / name), **more})

    written(tmp_path / "empty", "\n")
    (tmp_path / "binary").write_bytes(b"\xff")
    (tmp_path / "huge").write_bytes(bytes(1 << 17))
    assert "PGTOLL_CUSTOMER_FILE: cannot read" in said("absent")
    assert "is empty" in said("empty")
    assert "is no text" in said("binary")
    assert "is larger than" in said("huge")
    assert "are both set" in said("empty", PGTOLL_CUSTOMER="acme")
    written(tmp_path / "workers", "many\n")
    wrong = refused(environment={"PGTOLL_WORKERS_FILE": str(tmp_path / "workers")})
    assert f"PGTOLL_WORKERS_FILE {tmp_path}/workers: expected a number" in wrong


def test_the_file_may_be_named_by_the_environment(tmp_path: Path) -> None:
    file = written(tmp_path / "pgtoll.toml", 'customer = "acme"\n')
    assert load_config(environment={"PGTOLL_CONFIG": str(file)}).customer == "acme"


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_read_from_file_and_environment(key: str, tmp_path: Path, pub: Path) -> None:
    good = {
        "server": DSN,
        "store": "host=store dbname=x",
        "listen": "[::1]:0",
        "trust": str(pub),
        "workers": "2",
        "mode": "observe",
        "strict_parsers": "true",
        "trusted_functions": "public.f, crm.g",
        "unread": "refuse",
        "customer": "acme",
        "impersonators": "app, web",
        "tls": "require",
        "tls_cert": "/etc/pgtoll/server.crt",
        "tls_key": "/etc/pgtoll/server.key",
        "tls_ca": "/etc/pgtoll/ca.crt",
        "tls_crl": "/etc/pgtoll/ca.crl",
        "tls_client_certs": "allow",
        "tls_min_version": "TLSv1.3",
        "auth": "scram",
        "auth_query": "SELECT name, secret FROM users WHERE name = $1",
        "audit": "postgres,file:/var/log/pgtoll.json,syslog:tls://loghost",
        "audit_days": "30",
        "audit_file_size": "10MB",
        "audit_files": "3",
        "audit_facility": "authpriv",
        "audit_ca": "/etc/pgtoll/loghost.crt",
        "traces": "https://collector:4318",
        "trace_sample": "0.25",
        "trace_sql": "normalized",
        "unix_socket_dir": "/run/pgtoll,@pgtoll",
        "unix_socket_mode": "0770",
        "unix_socket_group": "apps",
        "max_connections": "100",
        "max_user_connections": "10",
        "max_address_connections": "20",
        "login_timeout": "30",
        "proxy_protocol": "10.0.0.0/8,::1",
        "console": "[::1]:0",
        "console_hosts": "a.example,b.example",
        "console_forwarders": "10.0.0.0/8,::1",
        "operation_tokens": "0123456789abcdef,another-of-sixteen",
        "metrics": "127.0.0.1:9187",
        "reuse_port": "true",
        "store_grace": "20",
        "drain_timeout": "2.5",
        "preload_statements": "20",
        "log_level": "debug",
        "log_format": "json",
        "log_sql": "normalized",
        "record_sql": "off",
        "admins": "root, boss",
        "stats_users": "monitor",
        "admin_database": "toll",
        "cors_origins": "https://app.example,http://localhost:3000",
    }[key]
    file = written(tmp_path / "pgtoll.toml", f"{key} = '{good}'\n")
    from_file = load_config(file=file, environment={})
    from_environment = load_config(environment={f"PGTOLL_{key.upper()}": good})
    assert from_file == from_environment != Config()


def test_the_store_is_the_server_unless_named() -> None:
    assert load_config({"server": DSN}, environment={}).store.dsn == DSN
    other = load_config({"server": DSN, "store": "host=x"}, environment={})
    assert (other.server.dsn, other.store.dsn) == (DSN, "host=x")


def test_an_unknown_key_is_named_with_what_was_meant(tmp_path: Path) -> None:
    file = written(tmp_path / "pgtoll.toml", "servr = 1\n")
    message = refused(file=file)
    assert '"servr"' in message
    assert 'did you mean "server"?' in message


def test_an_unknown_key_like_no_other_shows_the_keys(tmp_path: Path) -> None:
    message = refused(file=written(tmp_path / "pgtoll.toml", "zzz = 1\n"))
    assert "the keys are server, " in message


@pytest.mark.parametrize("text", ["= 1", "a", "x = [" * 5000, "server = 'a'\nserver = 'b'"])
def test_a_file_that_is_not_toml_is_refused(text: str, tmp_path: Path) -> None:
    assert "is not a TOML file" in refused(file=written(tmp_path / "pgtoll.toml", text))


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "pgtoll.toml"
    file.write_bytes(b"customer = 'M\xfcller'\n")
    assert "is not a TOML file" in refused(file=file)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    assert "absent.toml: no such file" in refused(file=tmp_path / "absent.toml")
    assert "is a directory" in refused(file=tmp_path)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    file = written(tmp_path / "pgtoll.toml", "#" * (CONFIG_LIMIT + 1))
    assert "larger than" in refused(file=file)


def test_a_needed_key_says_how_to_set_it() -> None:
    message = refused(needs=("server",))
    assert message == "server is not set: give --server, PGTOLL_SERVER or the config key"
