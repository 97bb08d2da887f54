"""Product versions: numbers joined by dots, compared number by number: 2.10 is newer than 2.9."""

import re

from pgtoll_policy.errors import BadDocument
from pgtoll_policy.fields import Fields, read_text

_VERSION = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9}){0,7}")


def read_version(fields: Fields, name: str) -> str | None:
    """Return a version as it is written, None for null. Raises BadDocument."""
    return None if fields[name] is None else check_version(read_text(fields, name), name)


def check_version(text: str, name: str) -> str:
    """Return the version that a text is. Raises BadDocument."""
    if not _VERSION.fullmatch(text):
        raise BadDocument(f"{name} must be numbers joined by dots, such as 8.1: {text!a}")
    return text


def is_outdated(version: str | None, product: str | None) -> bool:
    """Tell whether a license for `version` is too old for a product; None is any, on either side.

    It is good for all versions that begin as its own: one for 8 for 8.1 too, one for 8.1 for 8.1.7.
    """
    if version is None or product is None:
        return False
    licensed, sold = _numbers(version), _numbers(product)
    return licensed < sold[: len(licensed)]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))
