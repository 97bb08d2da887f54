"""The commands of the console: their names, what they take, and how they are read. No I/O."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from pgtoll.errors import PgtollError

SYNTAX_ERROR = "42601"
UNDEFINED = "42704"


class CommandError(PgtollError):
    """A command that cannot be done: told to whoever sent it, with an SQLSTATE."""

    def __init__(self, message: str, sqlstate: str = SYNTAX_ERROR, hint: str = "") -> None:
        super().__init__(message)
        self.sqlstate = sqlstate
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its verb, and the word behind it."""

    verb: str  # in capitals
    word: str = ""  # what is shown, in capitals; or what is meant, as it was written

    @property
    def tag(self) -> str:
        """What CommandComplete says."""
        return self.verb


# What SHOW shows, each with a line for SHOW HELP.
SHOWN = {
    "CLIENTS": "the clients, what they do and whose licenses count",
    "SERVERS": "the connections to PostgreSQL, one for each client",
    "WORKERS": "the processes and what they hold",
    "LICENSES": "the licenses, with the days they have left",
    "SEATS": "who has a seat of what",
    "PRODUCTS": "the products and what state they are in",
    "CAPS": "the tables of products in demo mode, with the rows they may have",
    "REFUSALS": "the latest refusals",
    "CACHE": "what is known of statements seen before",
    "STATS": "what has been counted since the start",
    "CONFIG": "the settings in force",
    "VERSION": "which pgtoll this is",
    "HELP": "this list",
}
# What does something: the word behind it, and a line for SHOW HELP.
DONE = {
    "PAUSE": ("", "hold clients back between their transactions"),
    "RESUME": ("", "let them go on"),
    "RELOAD": ("", "read the configuration, keys and certificates again"),
    "KILL": ("PID", "end the session of that server process (SHOW CLIENTS: pid)"),
    "SHUTDOWN": ("[FAST]", "stop when transactions have ended; with FAST at once"),
}
# What drivers send of themselves: it changes nothing, and is no error.
_POLITE = re.compile(
    r"(BEGIN|START\s+TRANSACTION|COMMIT|END|ROLLBACK|ABORT|SET|RESET|DISCARD|DEALLOCATE)\b", re.I
)
_TAGS = {"START": "BEGIN", "END": "COMMIT", "ABORT": "ROLLBACK"}
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.S)
_KILL = re.compile(r"'?(\d{1,10})'?")


def read_commands(text: str) -> list[Command]:
    """Return the commands of a text, in order. Raises CommandError for the first that is none."""
    found = [part.strip() for part in _COMMENT.sub(" ", text).split(";")]
    return [_read(part) for part in found if part]


def _read(text: str) -> Command:
    if _POLITE.match(text):
        verb = text.split()[0].upper()
        return Command(_TAGS.get(verb, verb))
    verb, *words = text.split()
    verb = verb.upper()
    if verb == "SHOW":
        return _show(words)
    if verb in DONE:
        return _do(verb, words)
    close = difflib.get_close_matches(verb, ["SHOW", *DONE], n=1)
    hint = f"Did you mean {close[0]}?" if close else "SHOW HELP lists the commands."
    raise CommandError(f'"{text[:60]}" is no command of this console', hint=hint)


def _show(words: list[str]) -> Command:
    if len(words) != 1:
        raise CommandError("SHOW takes one word", hint="SHOW HELP lists what can be shown.")
    word = words[0].strip('"').upper()
    if word not in SHOWN:
        close = difflib.get_close_matches(word, SHOWN, n=1)
        hint = f"Did you mean SHOW {close[0]}?" if close else "SHOW HELP lists what can be shown."
        raise CommandError(f'nothing here is called "{words[0][:60]}"', UNDEFINED, hint)
    return Command("SHOW", word)


def _do(verb: str, words: list[str]) -> Command:
    if verb == "KILL":
        pid = _KILL.fullmatch(words[0]) if len(words) == 1 else None
        if pid is None:
            raise CommandError("KILL takes the number of a server process", hint="SHOW CLIENTS.")
        return Command(verb, pid[1])
    if verb == "SHUTDOWN" and [word.upper() for word in words] == ["FAST"]:
        return Command(verb, "FAST")
    if words:
        raise CommandError(f"{verb} takes nothing behind it")
    return Command(verb)
