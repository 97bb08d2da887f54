"""Servers are called what people call them."""

import pytest

from pgtoll.engine.abilities import engine_name


@pytest.mark.parametrize(
    ("version", "name"),
    [
        ("PostgreSQL 18.6 on x86_64-pc-linux-gnu, compiled by gcc", "PostgreSQL 18.6"),
        ("PostgreSQL 15.12-YB-2025.2.3.0-b1 on x86_64", "YugabyteDB 2025.2.3.0"),
        ("CockroachDB CCL v25.2.1 (x86_64-linux, built 2025/05/05)", "CockroachDB v25.2.1"),
        ("", ""),
    ],
)
def test_a_server_is_known_by_its_version(version: str, name: str) -> None:
    assert engine_name(version) == name


def test_citus_is_an_extension() -> None:
    assert engine_name("PostgreSQL 16.2 on x86_64", "12.1-1") == "Citus 12.1-1 on PostgreSQL 16.2"
