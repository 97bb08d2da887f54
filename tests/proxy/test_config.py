"""Settings: who wins, what is refused, and that every refusal names its place in one line."""

import pickle
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pgtoll.config import (
    CONFIG_LIMIT,
    KEY_LIMIT,
    KEYS,
    Config,
    Console,
    Listen,
    Mode,
    Trust,
    load_config,
    read_limited,
    read_passphrase,
)
from pgtoll.errors import ConfigError
from pgtoll_policy.keys import parse_public_key

DSN = "postgresql://postgres@127.0.0.1:5432/crm"


def public_pem() -> bytes:
    key = Ed25519PrivateKey.generate().public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def pub(tmp_path: Path) -> Path:
    path = tmp_path / "vendor.pub"
    path.write_bytes(public_pem())
    return path


def refused(options: dict[str, object] | None = None, **arguments: object) -> str:
    """Return the one line that these settings are refused with."""
    with pytest.raises(ConfigError) as caught:
        load_config(options, **({"environment": {}} | arguments))  # type: ignore[arg-type]
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_nothing_given_is_the_defaults() -> None:
    assert load_config(environment={}) == Config()
    assert Config().listen == Listen("127.0.0.1", 6432)
    assert Config().enforcement.mode is Mode.ENFORCE


def test_option_beats_environment_beats_file_beats_default(tmp_path: Path) -> None:
    file = written(tmp_path / "pgtoll.toml", 'listen = "h:1"\nworkers = 3\ncustomer = "file"\n')
    environment = {"PGTOLL_LISTEN": "h:2", "PGTOLL_WORKERS": "4"}
    config = load_config({"listen": "h:3"}, file=file, environment=environment)
    assert config.listen == Listen("h", 3)
    assert config.workers == 4
    assert config.customer == "file"
    assert config.enforcement.mode is Mode.ENFORCE


def test_an_option_left_out_is_not_a_value(tmp_path: Path) -> None:
    file = written(tmp_path / "pgtoll.toml", "workers = 3\n")
    options: dict[str, object] = {"workers": None, "trust": []}
    assert load_config(options, file=file, environment={}).workers == 3


def test_an_empty_variable_counts_as_unset() -> None:
    assert load_config(environment={"PGTOLL_CUSTOMER": ""}).customer is None


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
        "customer": "acme",
        "impersonators": "app, web",
        "console": "[::1]:0",
        "console_hosts": "a.example,b.example",
        "console_forwarders": "10.0.0.0/8,::1",
        "operation_tokens": "0123456789abcdef,another-of-sixteen",
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


def test_a_name_with_a_nul_is_no_file() -> None:
    with pytest.raises(ConfigError, match="cannot read"):
        read_limited(Path("a\0b"), 10)


def test_a_needed_key_says_how_to_set_it() -> None:
    message = refused(needs=("server",))
    assert message == "server is not set: give --server, PGTOLL_SERVER or the config key"


@pytest.mark.parametrize(
    ("text", "listen"),
    [
        ("127.0.0.1:6432", Listen("127.0.0.1", 6432)),
        ("localhost:0", Listen("localhost", 0)),
        ("[::1]:65535", Listen("::1", 65535)),
    ],
)
def test_listen_is_host_and_port(text: str, listen: Listen) -> None:
    assert load_config({"listen": text}, environment={}).listen == listen


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


def test_trust_is_a_file_or_every_pub_of_a_directory(tmp_path: Path, pub: Path) -> None:
    (tmp_path / "older.pub").write_bytes(public_pem())
    written(tmp_path / "notes.txt", "not a key")
    assert len(load_config({"trust": [pub]}, environment={}).trust.keys()) == 1
    assert len(load_config({"trust": [tmp_path]}, environment={}).trust.keys()) == 2


def test_the_same_key_twice_counts_once(tmp_path: Path, pub: Path) -> None:
    config = load_config({"trust": [pub, tmp_path]}, environment={})
    assert config.trust == Trust((pub.read_bytes(),))


def test_trust_is_joined_as_path_in_the_environment(tmp_path: Path, pub: Path) -> None:
    other = tmp_path / "other.pub"
    other.write_bytes(public_pem())
    config = load_config(environment={"PGTOLL_TRUST": f"{pub}:{other}"})
    assert set(config.trust.keys()) == {
        parse_public_key(path.read_bytes()).key_id for path in (pub, other)
    }


def test_paths_in_a_file_start_where_the_file_is(tmp_path: Path, pub: Path) -> None:
    file = written(tmp_path / "pgtoll.toml", f'trust = ["{pub.name}"]\n')
    assert load_config(file=file, environment={}).trust.pems == (pub.read_bytes(),)


def test_a_directory_without_keys_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.pub").mkdir()
    assert "no *.pub file in" in refused({"trust": [tmp_path]})


@pytest.mark.parametrize("value", [1, {}, [1], [""], "", ":"])
def test_trust_is_made_of_paths(value: object) -> None:
    assert "--trust: " in refused({"trust": value})


def test_a_private_key_is_not_to_be_trusted(tmp_path: Path) -> None:
    file = written(tmp_path / "vendor.key", "-----BEGIN PRIVATE KEY-----\n")
    message = refused({"trust": [file]})
    assert "vendor.key is not a public key" in message
    assert "private key" in message


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"-----BEGIN PUBLIC KEY-----\n", b"ssh-rsa A"])
def test_garbage_is_not_a_key(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "vendor.pub"
    file.write_bytes(data)
    assert "vendor.pub is not a public key" in refused({"trust": [file]})


def test_a_huge_key_file_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "vendor.pub"
    file.write_bytes(b"x" * (KEY_LIMIT + 1))
    assert "larger than" in refused({"trust": [file]})


def test_one_bad_key_of_a_directory_refuses_them_all(tmp_path: Path, pub: Path) -> None:
    written(tmp_path / "broken.pub", "broken")
    assert "broken.pub is not a public key" in refused({"trust": [pub.parent]})


def test_a_published_test_key_is_refused(tmp_path: Path) -> None:
    raw = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    key = Ed25519PrivateKey.from_private_bytes(raw).public_key()
    file = tmp_path / "vendor.pub"
    file.write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    assert "test key" in refused({"trust": [file]})


def test_a_configuration_can_be_handed_to_another_process(pub: Path) -> None:
    config = load_config({"trust": [pub], "server": DSN}, environment={})
    assert pickle.loads(pickle.dumps(config)) == config  # noqa: S301  # our own bytes


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


def test_a_passphrase_is_of_a_file_or_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    file.write_bytes("käse und brot \r\n".encode())
    environment = {"PGTOLL_PASSPHRASE": "from the environment"}
    assert read_passphrase(file, environment) == "käse und brot "
    assert read_passphrase(None, environment) == "from the environment"
    assert read_passphrase(None, {"PGTOLL_PASSPHRASE": ""}) is None
    assert read_passphrase(None, {}) is None


@pytest.mark.parametrize(
    ("data", "words"), [(b"\n", "is empty"), (b"\xff", "no text"), (b"x" * 70000, "larger than")]
)
def test_a_wrong_passphrase_file(data: bytes, words: str, tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    file.write_bytes(data)
    with pytest.raises(ConfigError, match=words):
        read_passphrase(file, {})


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
