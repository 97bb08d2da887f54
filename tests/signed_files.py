"""Calls that sign, and what the files say to whoever trusts the vendor."""

from pathlib import Path

from pgtoll_policy.documents import Document, read_document
from pgtoll_policy.keys import parse_public_key, trusted


def signed(vendor: Path, file: Path) -> Document:
    """Return what the file says, as a proxy that trusts this vendor reads it."""
    key = parse_public_key((vendor / "vendor.pub").read_bytes())
    return read_document(file.read_bytes(), trusted([key]))


def a_product(vendor: Path, out: Path, *more: str) -> tuple[object, ...]:
    return (
        *("vendor", "product", "--code", "marketing", "--title", "Marketing", "--prefix", "Mrkt"),
        *("--key", vendor / "vendor.key", "--out", out, *more),
    )


def a_license(vendor: Path, out: Path, *more: str, type_: str = "server") -> tuple[object, ...]:
    return (
        *("vendor", "issue", "--product", "marketing", "--type", type_, "--customer", "acme"),
        *("--key", vendor / "vendor.key", "--out", out, *more),
    )
