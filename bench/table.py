"""Plain text tables."""

from collections.abc import Sequence


def columns(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table: words to the left, numbers to the right, a rule under the headings."""
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    rule = ["-" * width for width in widths]
    return "\n".join(_line(row, widths) for row in [headings, rule, *rows])


def markdown(headings: Sequence[str], rows: Sequence[Sequence[str]], *, words: int = 1) -> str:
    """Return a table in Markdown that can be read as it is; the first columns hold words."""
    widths = [max(3, *map(len, column)) for column in zip(headings, *rows, strict=True)]
    rule = ["-" * (width - (at >= words)) + ":" * (at >= words) for at, width in enumerate(widths)]
    return "\n".join(_row(row, widths, words) for row in [headings, rule, *rows])


def _row(cells: Sequence[str], widths: Sequence[int], words: int) -> str:
    pairs = enumerate(zip(cells, widths, strict=True))
    padded = [cell.ljust(width) if at < words else cell.rjust(width) for at, (cell, width) in pairs]
    return f"| {' | '.join(padded)} |"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    pairs = zip(cells, widths, strict=True)
    line = "  ".join(c.rjust(w) if _numeric(c) else c.ljust(w) for c, w in pairs)
    return line.rstrip()


def _numeric(cell: str) -> bool:
    return cell.replace(".", "", 1).replace(",", "").isdigit() or cell == "-"
