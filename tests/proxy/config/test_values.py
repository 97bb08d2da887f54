"""What each setting may look like, and what is said of anything else."""

from pathlib import Path

import pytest
from configuring import refused, written
from license_samples import KEY, MARKETING, REVOCATION

from pgtoll.config import (
    Auth,
    Config,
    Console,
    Listen,
    load_config,
)
from pgtoll.errors import ConfigError
from pgtoll_policy.issue import generate_key, sign


@pytest.mark.parametrize(
    ("text", "listen"),
    [
        ("127.0.0.1:6432", Listen("127.0.0.1", 6432)),
        ("localhost:0", Listen("localhost", 0)),
        ("[::1]:65535", Listen("::1", 65535)),
    ],
)
def test_listen_is_host_and_port(text: str, listen: Listen) -> None:
    assert load_config({"listen": text}, environment={}).listen == (listen,)


@pytest.mark.parametrize(
    "value",
    [
        "127.0.0.1:6432,[::1]:6433",
        " 127.0.0.1:6432 , [::1]:6433,127.0.0.1:6432",
        ["127.0.0.1:6432", "[::1]:6433"],
        ["127.0.0.1:6432,[::1]:6433", "127.0.0.1:6432"],
    ],
)
def test_listen_may_name_several_places_each_counts_once(value: object) -> None:
    found = load_config({"listen": value}, environment={}).listen
    assert found == (Listen("127.0.0.1", 6432), Listen("::1", 6433))


@pytest.mark.parametrize("value", [",", ["a:1", "b"], ["a:1", 6432], [["a:1"]], 6432, "a:1,b"])
def test_what_is_no_list_of_places_is_refused(value: object) -> None:
    assert refused({"listen": value}).startswith("--listen: expected HOST:PORT")


def test_a_star_is_everywhere() -> None:
    assert load_config({"listen": "*:6432"}, environment={}).listen == (Listen("*", 6432),)


@pytest.mark.parametrize(
    "text",
    ["6432", ":6432", "h:", "h:x", "h:65536", "h:-1", "::1:6432", "[]:1", "h:٣", "h:123456", "h"],
)
def test_any_other_form_of_listen_is_refused(text: str) -> None:
    assert refused({"listen": text}).startswith("--listen: expected HOST:PORT")


@pytest.mark.parametrize("value", ["0", "-1", "x", "1.5", "", "257", "9" * 5000, "²", True, 1.0])
def test_workers_is_a_small_number(value: object) -> None:
    assert refused({"workers": value}).startswith("--workers: expected a number from 1 to 256")


@pytest.mark.parametrize("value", ["Enforce", "off", 1, []])
def test_mode_is_one_of_two_words(value: object) -> None:
    given = {"PGTOLL_MODE": str(value)}
    assert "PGTOLL_MODE: expected enforce or observe" in refused(environment=given)


def test_auth_is_one_of_three_words() -> None:
    assert load_config({"auth": "cert"}, environment={}).login.auth is Auth.CERT
    assert refused({"auth": "md5"}) == "--auth: expected relay, scram, cert, found 'md5'"


@pytest.mark.parametrize("query", ["SELECT 1", "SELECT $2", "SELECT $1, $2", "SELECT $11", "", 1])
def test_an_auth_query_has_one_parameter(query: object) -> None:
    assert refused({"auth_query": query}).startswith("--auth-query: expected")


@pytest.mark.parametrize(
    ("value", "flag"), [(True, True), (False, False), ("true", True), ("False", False)]
)
def test_strict_parsers_is_true_or_false(value: object, flag: bool) -> None:
    config = load_config({"strict_parsers": value}, environment={})
    assert config.enforcement.strict_parsers is flag


@pytest.mark.parametrize("value", ["yes", 1, 0, 1.0, ["true"]])
def test_anything_else_is_no_flag(value: object) -> None:
    assert refused({"strict_parsers": value}).startswith("--strict-parsers: expected true or false")


def test_trusted_functions_are_a_list_in_the_file(tmp_path: Path) -> None:
    file = written(tmp_path / "pgtoll.toml", 'trusted_functions = ["public.f", "crm.g"]\n')
    config = load_config(file=file, environment={})
    assert config.enforcement.trusted_functions == ("public.f", "crm.g")


def test_a_trusted_function_may_have_its_arguments_types() -> None:
    given = {"PGTOLL_TRUSTED_FUNCTIONS": "public.f(integer, text), crm.g,crm.h()"}
    config = load_config(environment=given)
    expected = ("public.f(integer, text)", "crm.g", "crm.h()")
    assert config.enforcement.trusted_functions == expected


@pytest.mark.parametrize("value", [1, {"public.f": 1}, ["f"], "public.", ".f", [1], "a.b,,c.d"])
def test_a_trusted_function_names_its_schema(value: object) -> None:
    assert refused({"trusted_functions": value}).startswith("--trusted-functions: expected")


@pytest.mark.parametrize("value", [1, True, ["a"], {"a": 1}])
def test_customer_is_a_text(value: object) -> None:
    assert "expected a text" in refused({"customer": value})


@pytest.mark.parametrize("dsn", ["nonsense", "host=h bogus=1", "postgresql://[", "a b"])
def test_libpq_must_understand_the_dsn(dsn: str) -> None:
    assert "not a connection string" in refused({"server": dsn})


def test_impersonators_are_roles_by_their_exact_names(tmp_path: Path) -> None:
    file = written(tmp_path / "pgtoll.toml", 'impersonators = ["App", "web server"]\n')
    assert load_config(file=file, environment={}).identity.impersonators == ("App", "web server")
    environment = {"PGTOLL_IMPERSONATORS": "app, web ,app"}
    assert load_config(environment=environment).identity.impersonators == ("app", "web")
    given = load_config({"impersonators": ["app"]}, environment=environment)
    assert given.identity.impersonators == ("app",)


@pytest.mark.parametrize("value", ["1", '["app", 1]', '["app", " "]', '"app,,web"', "{ app = 1 }"])
def test_impersonators_must_be_names(value: str, tmp_path: Path) -> None:
    file = written(tmp_path / "pgtoll.toml", f"impersonators = {value}\n")
    assert 'key "impersonators"' in refused(file=file)


def test_the_console_is_off_until_it_has_an_address() -> None:
    assert Config().console == Console()
    options = {
        "console": "127.0.0.1:8432",
        "console_hosts": "licenses.example.com, l.example",
        "console_forwarders": "10.0.0.0/8,::1",
    }
    assert load_config(options, environment={}).console == Console(
        Listen("127.0.0.1", 8432), ("licenses.example.com", "l.example"), ("10.0.0.0/8", "::1")
    )


@pytest.mark.parametrize("value", ["a/b", "https://a", "a:1", "*.example", "a,,b", 3, [4], "ä"])
def test_a_host_of_the_console_is_a_name_alone(value: object) -> None:
    assert "--console-hosts: expected" in refused({"console_hosts": value})


@pytest.mark.parametrize("value", ["proxy.internal", "10.0.0.0/33", ["", "::1"]])
def test_a_forwarder_is_an_address_or_a_network(value: object) -> None:
    assert "--console-forwarders: expected" in refused({"console_forwarders": value})


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("operation_tokens", "0123456789abcdef,short", "token 2 must be 16 or more ASCII"),
        ("operation_tokens", "0123456789abcdé", "token 1 must be"),
        ("cors_origins", "app.example", "expected an origin such as https://app.example"),
        ("cors_origins", "https://app.example/", "expected an origin"),
        ("cors_origins", "https://*.example", "expected an origin"),
    ],
)
def test_what_front_ends_are_given_is_checked(key: str, value: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as refused:
        load_config(environment={f"PGTOLL_{key.upper()}": value})
    assert "short" not in str(refused.value)


def test_any_origin_may_be_let_in() -> None:
    assert load_config(environment={"PGTOLL_CORS_ORIGINS": "*"}).console.cors_origins == ("*",)


def test_directories_of_sockets_start_where_the_file_is(tmp_path: Path) -> None:
    file = written(
        tmp_path / "pgtoll.toml", 'unix_socket_dir = ["run", "/run/pgtoll", "@pgtoll"]\n'
    )
    found = load_config(file=file, environment={}).local.directories
    assert found == (str(tmp_path / "run"), "/run/pgtoll", "@pgtoll")


@pytest.mark.parametrize(("text", "mode"), [('"0770"', 0o770), ('"700"', 0o700), ("0o777", 0o777)])
def test_the_mode_of_a_socket_is_octal(tmp_path: Path, text: str, mode: int) -> None:
    file = written(tmp_path / "pgtoll.toml", f"unix_socket_mode = {text}\n")
    assert load_config(file=file, environment={}).local.mode == mode


@pytest.mark.parametrize("value", ["0888", "77", "07777", "rwx", "", 770, True, 1.5])
def test_any_other_mode_is_refused(value: object) -> None:
    assert refused({"unix_socket_mode": value}).startswith("--unix-socket-mode: expected a mode")


@pytest.mark.parametrize(
    "key", ["max_connections", "max_user_connections", "max_address_connections"]
)
@pytest.mark.parametrize("value", ["-1", "x", "1.5", str(1 << 21)])
def test_limits_are_numbers(key: str, value: str) -> None:
    assert "expected a number from 0 to" in refused({key: value})


def test_load_balancers_are_networks() -> None:
    config = load_config({"proxy_protocol": "10.0.0.0/8,::1"}, environment={})
    assert config.balancers == ("10.0.0.0/8", "::1")
    assert "expected an address or a network" in refused({"proxy_protocol": "lb.example"})


def test_revocations_beside_the_keys_are_read_and_have_to_be_sound(tmp_path: Path) -> None:
    (tmp_path / "v.pub").write_bytes(generate_key()[1])
    sound, file = sign(REVOCATION, KEY), tmp_path / "r.revocation"
    file.write_bytes(sound)
    settings = {"trust": [str(tmp_path)]}
    assert load_config(settings, environment={}).trust.revocations == (sound,)
    file.write_bytes(sign(MARKETING, KEY))
    with pytest.raises(ConfigError, match=r"r\.revocation is not a revocation but another"):
        load_config(settings, environment={})
    file.write_bytes(sound[:-1])
    with pytest.raises(ConfigError, match=r"r\.revocation is not a revocation: .*cut short"):
        load_config(settings, environment={})


@pytest.mark.parametrize(("text", "days"), [("0", 0), ("7", 7), ("36500", 36_500)])
def test_the_audit_is_kept_for_days_or_for_ever(text: str, days: int) -> None:
    assert load_config({"audit_days": text}, environment={}).audit.days == days


@pytest.mark.parametrize("text", ["", "-1", "1", "6", "00", "36501", "7d", "1e3", "999999999999"])
def test_any_other_number_of_days_is_refused(text: str) -> None:
    told = refused({"audit_days": text})
    assert told.startswith("--audit-days: expected a number of days from 7 to 36,500, or 0")


@pytest.mark.parametrize(
    ("text", "size"), [("0", 0), ("65536", 65536), ("64kB", 65536), ("10 MB", 10 << 20)]
)
def test_a_size_may_have_a_unit(text: str, size: int) -> None:
    assert load_config({"audit_file_size": text}, environment={}).audit.file_size == size


@pytest.mark.parametrize("text", ["-1", "1", "63kB", "10 mb", "1.5MB", "MB", "2000GB", "x"])
def test_any_other_size_is_refused(text: str) -> None:

    assert refused({"audit_file_size": text}).startswith("--audit-file-size: expected 0 or")
