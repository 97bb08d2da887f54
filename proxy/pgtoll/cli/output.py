"""What a command prints: tables and facts for people, JSON for programs, one line for an error."""

import json
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

# A pipe has no width, and a row of a table is one line everywhere: ids are there to be copied.
NO_WIDTH = 100_000


def printable(text: str) -> str:
    """Return the text with control and formatting characters made visible.

    What is printed comes from files and databases of others, and must not steer the terminal.
    """
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return character.encode("unicode_escape").decode("ascii")
    return character


def one_line(text: str) -> str:
    """Return the text on one line, as an error is reported."""
    return printable(" ".join(text.split()))


def say(text: str) -> None:
    """Print one line."""
    sys.stdout.write(printable(text) + "\n")


def complain(text: str) -> None:
    """Print one line on standard error, with the program's name."""
    sys.stderr.write(f"pgtoll: {one_line(text)}\n")


def print_json(value: object) -> None:
    """Print a value of lists, mappings, texts and numbers."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under their headings; numbers to the right, None as a dash."""
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="bold")
    cells = [list(row) for row in rows]
    for at, column in enumerate(columns):
        numeric = all(isinstance(row[at], int) or row[at] is None for row in cells)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in cells:
        table.add_row(*(_cell(value) for value in row))
    Console(highlight=False, width=NO_WIDTH).print(table)


def print_facts(facts: Mapping[str, object]) -> None:
    """Print what is known of one thing: a name and its value on each line; None is left out."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts.items():
        if value is not None:
            table.add_row(Text(name), _cell(value))
    terminal().print(table)


def terminal() -> Console:
    """Return the console for standard output: as wide as the terminal, or never wrapping."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=NO_WIDTH)
    return console


def _cell(value: object) -> Text:
    return Text("-" if value is None else printable(str(value)))
