"""Whose signatures count, and that settings reach other processes."""

import pickle
from pathlib import Path

import pytest
from configuring import DSN, public_pem, refused, written
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pgtoll.config import (
    KEY_LIMIT,
    Trust,
    load_config,
)
from pgtoll_policy.keys import parse_public_key


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
