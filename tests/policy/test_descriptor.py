"""Descriptors of packages, as packages really have them."""

import json

import pytest

from pgtoll_policy.descriptor import Descriptor, read_descriptor
from pgtoll_policy.documents import Component
from pgtoll_policy.errors import BadDocument

USE = Component("MrktApp.Use", "Marketing")
MAIL = Component("MrktApp.Mail", "Mail, “bulk”")
ENTRIES = [{"Code": USE.code, "Name": USE.name}, {"Code": MAIL.code, "Name": MAIL.name}]


def written(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def test_components_stand_beside_the_descriptor() -> None:
    data = rb"""{
      "Descriptor": {
        "UId": "6cb4b8c0-d1c9-4dfb-9d0a-ae2d1d4d1c35", "PackageVersion": "7.8.0",
        "Name": "MrktApp", "ModifiedOnUtc": "\/Date(1522657976000)\/",
        "DependsOn": [{"Name": "Base", "UId": "a1"}, {"Name": "Other"}]
      },
      "LicOperations": [{"Code": "MrktApp.Use", "Name": "Marketing", "Description": null}]
    }"""
    assert read_descriptor(data) == Descriptor("MrktApp", (USE,))


@pytest.mark.parametrize(
    "value",
    [
        {"Name": "MrktApp", "LicOperations": ENTRIES},
        {"Descriptor": {"Name": "MrktApp", "LicOperations": ENTRIES}},
        {"Descriptor": None, "Name": "MrktApp", "LicOperations": [*ENTRIES, ENTRIES[0]]},
    ],
)
def test_components_are_found_where_packages_keep_them(value: object) -> None:
    assert read_descriptor(written(value)) == Descriptor("MrktApp", (USE, MAIL))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_content(encoding: str) -> None:
    text = json.dumps({"Name": "Größe", "LicOperations": ENTRIES}, ensure_ascii=False)
    assert read_descriptor(text.encode(encoding)) == Descriptor("Größe", (USE, MAIL))


@pytest.mark.parametrize("value", [{}, {"LicOperations": []}, {"LicOperations": None}])
def test_a_package_may_have_no_components(value: object) -> None:
    assert read_descriptor(written(value)) == Descriptor("", ())


def test_a_long_descriptor_is_read() -> None:
    entries = [{"Code": f"App.C{number}", "Name": "x" * 150} for number in range(20_000)]
    data = written({"LicOperations": entries, "Files": ["\\/Date(1)\\/"] * 50_000})
    assert len(read_descriptor(data).components) == 20_000


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe\xfa", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"n": ' + b"9" * 5000 + b"}", "not JSON"),
        (b"[]", "descriptor must be an object"),
        (b'{"Descriptor": 1}', "Descriptor must be an object"),
        (b'{"LicOperations": {"Code": "A"}}', "LicOperations must be a list"),
        (b'{"LicOperations": [1]}', "LicOperations, number 1 must be an object"),
        (b'{"LicOperations": [{"Name": "A"}]}', "number 1: Code is missing"),
        (b'{"LicOperations": [{"Code": "A"}]}', "number 1: Name is missing"),
        (b'{"LicOperations": [{"Code": "A b", "Name": "A"}]}', "number 1: Code must be an ASCII"),
        (b'{"LicOperations": [{"Code": 7, "Name": "A"}]}', "number 1: Code must be text"),
        (b'{"LicOperations": [{"Code": "A", "Name": "a\\nb"}]}', "Name has control characters"),
        (b'{"Name": "a\\u202eb"}', "Name has control characters"),
        (b'{"Name": "\\ud800"}', "Name has control characters"),
        (b'{"Name": ["a"]}', "Name must be text"),
        (
            b'{"LicOperations": [{"Code": "A", "Name": "1"}, {"Code": "A", "Name": "2"}]}',
            "two names for A",
        ),
        (b'{"LicOperations": [], "LicOperations": []}', "has LicOperations twice"),
    ],
)
def test_what_cannot_be_meant_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(BadDocument, match=reason):
        read_descriptor(data)


def test_components_in_two_places_are_refused() -> None:
    value = {"Descriptor": {"LicOperations": ENTRIES}, "LicOperations": ENTRIES}
    with pytest.raises(BadDocument, match="both beside Descriptor and in it"):
        read_descriptor(written(value))


def test_what_we_do_not_read_may_stand_there_twice() -> None:
    data = b'{"x": 1, "x": 2, "Name": "P"}'
    assert read_descriptor(data) == Descriptor("P", ())
