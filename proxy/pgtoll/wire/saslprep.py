"""The form in which a password is hashed (SASLprep, RFC 4013), as PostgreSQL makes it. No I/O."""

import stringprep
import unicodedata
from collections.abc import Callable

# What the result may not hold (RFC 4013, sections 2.3 and 2.5).
_PROHIBITED: tuple[Callable[[str], bool], ...] = (
    stringprep.in_table_c12,
    stringprep.in_table_c21_c22,
    stringprep.in_table_c3,
    stringprep.in_table_c4,
    stringprep.in_table_c5,
    stringprep.in_table_c6,
    stringprep.in_table_c7,
    stringprep.in_table_c8,
    stringprep.in_table_c9,
    stringprep.in_table_a1,
)


def prepared(password: str) -> str:
    """Return what is hashed: the password itself when it has no prepared form."""
    if password.isascii():
        return password
    # PostgreSQL looks for a space first: U+200B is one to it, and nothing to others.
    mapped = "".join(map(_mapped, password))
    normal = unicodedata.normalize("NFKC", mapped)
    return normal if normal and _allowed(normal) else password


def _mapped(character: str) -> str:
    """RFC 4013, section 2.1."""
    if stringprep.in_table_c12(character):
        return " "
    return "" if stringprep.in_table_b1(character) else character


def _allowed(text: str) -> bool:
    return not any(is_in(one) for one in text for is_in in _PROHIBITED) and _one_direction(text)


def _one_direction(text: str) -> bool:
    """RFC 3454, section 6: text that runs from right to left does so all the way."""
    if not any(map(stringprep.in_table_d1, text)):
        return True
    ends = stringprep.in_table_d1(text[0]) and stringprep.in_table_d1(text[-1])
    return ends and not any(map(stringprep.in_table_d2, text))
