"""How many there are, in words: for pages, for commands, for the office's own sentences."""


def plural(count: int, one: str, many: str = "") -> str:
    """Return a count and its word, as in "1 seat" and "2 seats"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
