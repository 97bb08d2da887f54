"""The body of a PL/pgSQL function -> the SQL in it: its queries, and its expressions as queries.

This follows PostgreSQL's own reader of the language (pl_gram.y), which cuts expressions out of the
tokens in the same way: up to THEN, LOOP, a comma or a semicolon outside parentheses. What is no SQL
is left over as words. Whatever is unexpected makes the body unreadable, never half read.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from pgtoll_policy.lexer import Lexeme

Range = tuple[int, int]  # of tokens: the first, and the one behind the last


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


RUNS_TEXT = "it runs a text"
_OPENING, _CLOSING = frozenset("(["), frozenset(")]")
_ASSIGNS = frozenset({":=", "="})
# Nothing of this name can be assigned to.
_RESERVED = _words("""
begin by case declare else end execute for foreach from if in into loop not null or strict then to
using when while
""")
_QUERY_WORDS = frozenset({"(", "select", "with", "values", "table"})
_ENDS = frozenset({"end", "else", "elsif", "elseif", "when", "exception"})
_LEVELS = frozenset({"debug", "log", "info", "notice", "warning", "exception"})
_LEAVING = frozenset({"exit", "continue", "raise", "commit", "rollback"})


class Unreadable(Exception):
    """The body is not as the language has it, or runs what is not in its text."""


@dataclass(frozen=True, slots=True)
class Piece:
    """SQL of a body: a statement of its own, or an expression when `prefix` makes it one."""

    ranges: tuple[Range, ...]  # the tokens, without INTO and its targets
    prefix: str = ""
    always: bool = True  # whether every call that does not fail runs it


@dataclass(slots=True)
class Reader:
    """A place in the tokens of a body, and what was found before it."""

    tokens: Sequence[Lexeme]
    words: Sequence[str]  # lower case; of a quoted name, with its quotes
    at: int = 0
    always: bool = True
    pieces: list[Piece] = field(default_factory=list)

    def read(self) -> list[Piece]:
        """Return the SQL of the whole body. Raises Unreadable."""
        while self.word() == "#":  # an option for the compiler
            self.at += 3
        self._label()
        self._block()
        self._skip(";")
        if self.at != len(self.words):
            raise Unreadable("there is something behind its end")
        self._check_cursors()
        return self.pieces

    # Places

    def word(self, ahead: int = 0) -> str:
        place = self.at + ahead
        return self.words[place] if place < len(self.words) else ""

    def _skip(self, *words: str) -> bool:
        found = self.word() in words
        self.at += found
        return found

    def _expect(self, *words: str) -> None:
        if not self._skip(*words):
            raise Unreadable(f"{words[0]} is missing")

    def _up_to(self, *ends: str) -> Range:
        """Pass the tokens up to one of these words outside parentheses."""
        start, depth = self.at, 0
        while depth or self.word() not in ends:
            word = self.word()
            if not word or word == ";":
                raise Unreadable(f"{ends[0]} is missing")
            depth += (word in _OPENING) - (word in _CLOSING)
            self.at += 1
        return start, self.at

    # What is found

    def _note(self, prefix: str, *ranges: Range) -> None:
        kept = tuple(one for one in ranges if one[0] < one[1])
        if kept:
            self.pieces.append(Piece(kept, prefix, self.always))

    def _expression(self, *ends: str) -> None:
        self._note("SELECT ", self._up_to(*ends))

    def _query(self, *ends: str) -> None:
        if self.word() == "execute":
            raise Unreadable(RUNS_TEXT)
        self._note("", self._up_to(*ends))

    # Blocks

    def _label(self) -> None:
        if self.word() == "<<":
            self.at += 3

    def _block(self) -> None:
        while self._skip("declare"):
            while self.word() not in ("begin", "declare"):
                self._declaration()
        self._expect("begin")
        self._statements()
        if self._skip("exception"):
            while self._skip("when"):
                self._up_to("then")
                self._branch()
        self._expect("end")
        if self.word() not in (";", ""):
            self.at += 1

    def _declaration(self) -> None:
        self.at += 1
        ahead = 0
        while self.word(ahead) in ("no", "scroll"):
            ahead += 1
        if self.word(ahead) == "cursor":
            self._up_to("for", "is")
            self.at += 1
            self._maybe(lambda: self._query(";"))
        else:
            self._up_to(";", "default", *_ASSIGNS)
            if self._skip("default", *_ASSIGNS):
                self._expression(";")
        self._expect(";")

    def _statements(self) -> None:
        while self.word() not in _ENDS or self.word(1) in _ASSIGNS:
            self._statement()

    def _branch(self) -> None:
        """Pass THEN, ELSE or LOOP, and the statements behind it, which may not run."""
        self.at += 1
        before, self.always = self.always, False
        first = self.at
        self._statements()
        left = "return" in self.words[first : self.at]
        self.always = before and not left and _LEAVING.isdisjoint(self.words[first : self.at])

    # Statements

    def _statement(self) -> None:
        self._label()
        word = self.word()
        if not word:
            raise Unreadable("its end is missing")
        if word not in _RESERVED and self.word(1) in (*_ASSIGNS, "[", "."):
            self._assignment()
        elif word in _STATEMENTS:
            _STATEMENTS[word](self)
        else:
            self._sql()
        self._expect(";")

    def _assignment(self) -> None:
        target = self._up_to(*_ASSIGNS)
        if "[" in self.words[slice(*target)]:
            self._note("SELECT ", target)
        self.at += 1
        self._expression(";")

    def _nested(self) -> None:
        self._block()

    def _if(self) -> None:
        self.at += 1
        self._expression("then")
        self._branch()
        while self._skip("elsif", "elseif"):
            self._maybe(lambda: self._expression("then"))
            self._branch()
        if self.word() == "else":
            self._branch()
        self._expect("end")
        self._expect("if")

    def _maybe(self, read: Callable[[], None]) -> None:
        before, self.always = self.always, False
        read()
        self.always = before

    def _case(self) -> None:
        self.at += 1
        if self.word() != "when":
            self._expression("when")
        while self._skip("when"):
            self._maybe(lambda: self._list("then"))
            self._branch()
        if self.word() == "else":
            self._branch()
        self._expect("end")
        self._expect("case")

    def _list(self, *ends: str) -> None:
        """Pass expressions with commas between them."""
        self._expression(",", *ends)
        while self._skip(","):
            self._expression(",", *ends)

    def _loop(self) -> None:
        self._branch()
        self._expect("end")
        self._expect("loop")
        if self.word() != ";":
            self.at += 1

    def _while(self) -> None:
        self.at += 1
        self._expression("loop")
        self._loop()

    def _for(self) -> None:
        self._up_to("in")
        self.at += 1
        if self.word() == "execute":
            raise Unreadable(RUNS_TEXT)
        start = self.at
        self._up_to("loop", "..")
        ranged = self.word() == ".."
        self.at = start
        if ranged:
            self._skip("reverse")
            self._expression("..")
            self.at += 1
            self._expression("loop", "by")
            if self._skip("by"):
                self._expression("loop")
        elif not self._cursor():
            self._query("loop")
        self._loop()

    def _cursor(self) -> bool:
        """Pass the name of a cursor, and values for its parameters, if that is what comes."""
        start = self.at
        if self.word() not in _QUERY_WORDS:
            self.at += 1
            if self.word() == "(":
                self.at += 1
                self._up_to(")")
                self.at += 1
            if self.word() == "loop":
                return True
        self.at = start
        return False

    def _foreach(self) -> None:
        self._up_to("array")
        self.at += 1
        self._expression("loop")
        self._loop()

    def _exit(self) -> None:
        self._up_to(";", "when")
        if self._skip("when"):
            self._expression(";")
        self.always = False

    def _return(self) -> None:
        self.at += 1
        if self._skip("query"):
            self._query(";")
            return
        ends = self.word() != "next"
        self._skip("next")
        self._expression(";")
        self.always = self.always and not ends

    def _raise(self) -> None:
        self.at += 1
        told = "exception" if self.word() not in _LEVELS else self.word()
        self._up_to(";", ",", "using")
        while self._skip(","):
            self._expression(",", "using", ";")
        if self._skip("using"):
            self._raise_option()
            while self._skip(","):
                self._raise_option()
        self.always = self.always and told != "exception"

    def _raise_option(self) -> None:
        self._up_to(*_ASSIGNS)
        self.at += 1
        self._expression(",", ";")

    def _assert(self) -> None:
        self.at += 1
        self._list(";")

    def _perform(self) -> None:
        self.at += 1
        self._expression(";")

    def _open(self) -> None:
        self._up_to(";", "for")
        if self._skip("for"):
            self._query(";")

    def _plain(self) -> None:
        """GET, FETCH, MOVE, CLOSE, NULL, COMMIT and ROLLBACK: no SQL but in what is left over."""
        self._up_to(";")

    def _sql(self) -> None:
        start, ranges = self.at, []
        end = self._up_to(";")[1]
        self.at = start
        while self.at < end:
            if self.word() == "into" and self.words[self.at - 1] not in ("insert", "merge"):
                ranges.append((start, self.at))
                self._targets()
                start = self.at
            else:
                self.at += 1
        self._note("", *ranges, (start, end))

    def _targets(self) -> None:
        self.at += 1
        self._skip("strict")
        self.at += 1
        while self.word() in (".", ","):
            self.at += 2

    def _dynamic(self) -> None:
        raise Unreadable(RUNS_TEXT)

    # Cursors

    def _check_cursors(self) -> None:
        """Refuse to read rows of a cursor that something else may have opened."""
        for place, word in enumerate(self.words):
            if word in ("fetch", "move") and self.words[place - 1] in _BEFORE_STATEMENTS:
                end = self.words.index(";", place)
                into = _first(self.words, place, end, ("into",))
                cursor = self.words[into - 1]
                if not self._opens(cursor):
                    raise Unreadable("it reads from a cursor that may be another's")

    def _opens(self, cursor: str) -> bool:
        """Whether a variable of this body is only ever given a value by OPEN in it."""
        places = [place for place, word in enumerate(self.words) if word == cursor]
        uses = [(self.words[place - 1], self.words[place + 1]) for place in places]
        declared = [use for use in uses if use[0] in ("declare", ";") and use[1] in _CURSOR_TYPES]
        plain = all(self.words[place + 2] == ";" for place in places if self._unbound(place))
        read = all(use[0] in _READING or use in declared for use in uses)
        return bool(declared) and plain and read

    def _unbound(self, place: int) -> bool:
        return self.words[place + 1] == "refcursor"


_CURSOR_TYPES = frozenset({"refcursor", "cursor", "no", "scroll"})
_READING = _words("open from in fetch move close return next prior first last forward backward all")
_BEFORE_STATEMENTS = frozenset({";", "begin", "then", "else", "loop", ">>"})


def _first(words: Sequence[str], start: int, end: int, wanted: Collection[str]) -> int:
    return next((place for place in range(start, end) if words[place] in wanted), end)


_STATEMENTS: dict[str, Callable[[Reader], None]] = {
    "begin": Reader._nested,
    "declare": Reader._nested,
    "if": Reader._if,
    "case": Reader._case,
    "loop": Reader._loop,
    "while": Reader._while,
    "for": Reader._for,
    "foreach": Reader._foreach,
    "exit": Reader._exit,
    "continue": Reader._exit,
    "return": Reader._return,
    "raise": Reader._raise,
    "assert": Reader._assert,
    "perform": Reader._perform,
    "open": Reader._open,
    "execute": Reader._dynamic,
    **dict.fromkeys(("get", "fetch", "move", "close", "null", "commit", "rollback"), Reader._plain),
}
