"""Random SQL that a server mostly accepts: queries, and statements that change rows.

Every query has two columns, an int `a` and a text `b`. Each method writes one rule of the grammar
and returns its text.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence

from generator.choices import Choices
from generator.forms import BOOLS, INTS, LITERALS, PLAIN_LITERALS, TEXTS, TEXTS_16, TEXTS_17
from generator.names import TABLES, identifier, regclass, relation, written

DEPTH = 4  # queries and expressions inside one another
_HOLE = re.compile(r"<(int|text|bool|query|relation|regclass)>")

Aliases = tuple[str, ...]


class Grammar(ABC):
    """Writes one statement for a server of a major version."""

    def __init__(self, choices: Choices, version: int) -> None:
        self.c = choices
        self.version = version
        self.texts = TEXTS + TEXTS_16 * (version > 15) + TEXTS_17 * (version > 16)
        self.visible: list[str] = []  # WITH queries that may be named
        self._aliases = 0

    def alias(self) -> str:
        self._aliases += 1
        return f"r{self._aliases}"

    # Expressions

    def integer(self, depth: int, around: Aliases) -> str:
        leaves = (*(f"{one}.a" for one in around), "1", "31")
        return self._expression(INTS, leaves, depth, around)

    def text(self, depth: int, around: Aliases) -> str:
        literals = PLAIN_LITERALS if self.c.plain else LITERALS
        leaves = (*(f"{one}.b" for one in around), *literals)
        return self._expression(self.texts, leaves, depth, around)

    def boolean(self, depth: int, around: Aliases) -> str:
        return self._expression(BOOLS, ("true", "false"), depth, around)

    def _expression(
        self, forms: Sequence[str], leaves: Sequence[str], depth: int, around: Aliases
    ) -> str:
        if depth >= DEPTH or not self.c.one_in(2):
            return self.c.of(leaves)
        return self.fill(self.c.of(forms), depth + 1, around)

    def fill(self, form: str, depth: int, around: Aliases = ()) -> str:
        """Return a form with something in each of its holes."""

        def hole(match: re.Match[str]) -> str:
            match match[1]:
                case "int":
                    return self.integer(depth, around)
                case "text":
                    return self.text(depth, around)
                case "bool":
                    return self.boolean(depth, around)
                case "query":
                    return self.query(depth, around)
                case "regclass":
                    return regclass(self.c)
                case _:
                    return relation(self.c)

        return _HOLE.sub(hole, form)

    # Queries

    def query(self, depth: int = 0, around: Aliases = ()) -> str:
        """Return a query, to be put in parentheses by the caller."""
        if depth >= DEPTH:
            return f"SELECT a, b FROM {relation(self.c)}"
        inner = depth + 1
        return self.c.then(
            (
                lambda: self.select(inner, around),
                lambda: self.fill("TABLE <relation>", inner),
                lambda: self.select(inner, around),
                lambda: self.select(inner, around),
                lambda: self.fill("VALUES (<int>, <text>), (<int>, <text>)", inner, around),
                lambda: self._set_operation(inner, around),
                lambda: self._grouped(inner, around),
                lambda: self._windowed(inner, around),
                lambda: self._with(inner, around),
                self._locking,
            )
        )

    def select(self, depth: int, around: Aliases) -> str:
        tables, found = self.from_list(depth, around)
        visible = (*around, *found)
        head = self.fill("<int> AS a, <text> AS b", depth, visible)
        parts = [f"SELECT {head} FROM {tables}"]
        for form, one_in in (
            ("WHERE <bool>", 2),
            ("ORDER BY <text> || '' USING <, (<int>) + 0 DESC NULLS LAST", 5),
        ):
            parts += [self.fill(form, depth, visible)] if self.c.one_in(one_in) else []
        for form, one_in in (
            ("LIMIT (<int>) + 9", 6),
            ("OFFSET (SELECT count(*) FROM <relation> WHERE false)", 8),
        ):
            parts += [self.fill(form, depth, around)] if self.c.one_in(one_in) else []
        return " ".join(parts)

    def _set_operation(self, depth: int, around: Aliases) -> str:
        word = self.c.of(("UNION", "UNION ALL", "EXCEPT", "INTERSECT", "EXCEPT ALL"))
        return self.fill(f"(<query>) {word} (<query>)", depth, around)

    def _grouped(self, depth: int, around: Aliases) -> str:
        tables, found = self.from_list(depth, around)
        one = self.c.of(found)
        by = self.c.of((f"{one}.a", f"GROUPING SETS (({one}.a), ())", f"ROLLUP ({one}.a)"))
        number = self.c.of(("max({}.a)", "(percentile_disc(0.5) WITHIN GROUP (ORDER BY {}.a))"))
        text = self.c.of(("max({}.b)", "string_agg(DISTINCT {}.b, ',')"))
        form = "HAVING count(*) FILTER (WHERE <bool>) >= 0" if self.c.one_in(3) else ""
        having = self.fill(form, depth, (*around, *found))
        return (
            f"SELECT {number.format(one)} AS a, {text.format(one)} AS b FROM {tables}"
            f" GROUP BY {by} {having}"
        )

    def _windowed(self, depth: int, around: Aliases) -> str:
        tables, found = self.from_list(depth, around)
        return self.fill(
            "SELECT (sum(<int>) OVER w)::int AS a,"
            " min(<text>) OVER (w ROWS UNBOUNDED PRECEDING EXCLUDE TIES) AS b"
            f" FROM {tables} WINDOW w AS (PARTITION BY <text> ORDER BY <int>)",
            depth,
            (*around, *found),
        )

    def _locking(self) -> str:
        words = self.c.of(("FOR UPDATE", "FOR SHARE OF t", "FOR KEY SHARE SKIP LOCKED"))
        inner = f"SELECT t.a, t.b FROM {written(self.c, self.c.of(TABLES))} t {words}"
        return f"SELECT a, b FROM ({inner}) AS locked"

    # WITH

    def _with(self, depth: int, around: Aliases) -> str:
        before = len(self.visible)
        text = f"{self.with_clause(depth, around)} {self.query(depth, around)}"
        del self.visible[before:]
        return text

    def with_clause(self, depth: int, around: Aliases) -> str:
        """Return a WITH clause; its queries can be named until the caller forgets them."""
        recursive = self.c.one_in(3)
        # A name of its own; or one that hides a relation, perhaps the very one that is read.
        names = [self.c.of((f"w{n}", "plain", "other")) for n in range(1 + self.c.below(3))]
        queries = [self._with_query(name, depth, around, recursive) for name in set(names)]
        return f"WITH{' RECURSIVE' if recursive else ''} {', '.join(queries)}"

    def _with_query(self, name: str, depth: int, around: Aliases, recursive: bool) -> str:
        inner = self.query(depth, around)
        if depth == 1 and self.c.one_in(3):
            inner = self.changing(returning=True)
        elif recursive and self.c.one_in(2):
            inner = f"({inner}) UNION SELECT z.a + 1, z.b FROM {name} z WHERE z.a < 3"
        kind = self.c.of(("", "", "MATERIALIZED", "NOT MATERIALIZED"))
        self.visible.append(name)
        return f"{identifier(self.c, name)} (a, b) AS {kind} ({inner})"

    @abstractmethod
    def changing(self, *, returning: bool) -> str:
        """Return a statement that changes rows: of the other half of the grammar."""

    # FROM

    def from_list(self, depth: int, around: Aliases) -> tuple[str, Aliases]:
        """Return a list for FROM, and the aliases that it brings."""
        text, found = self.from_item(depth, around)
        while self.c.one_in(4):
            more, also = self.from_item(depth, (*around, *found))
            text, found = f"{text}, {more}", (*found, *also)
        return text, found

    def from_item(self, depth: int, around: Aliases) -> tuple[str, Aliases]:
        if depth < DEPTH and self.c.one_in(4):
            return self._join(depth + 1, around)
        alias = self.alias()
        form = "<relation> AS #" if depth >= DEPTH else self.c.of(self._from_forms())
        # A function sees what stands to its left, a query only with LATERAL.
        seen = () if form.startswith("(") else around
        return self.fill(form.replace("#", alias), depth + 1, seen), (alias,)

    def _from_forms(self) -> tuple[str, ...]:
        named = f"{identifier(self.c, self.c.of(self.visible))} # (a, b)" if self.visible else ""
        sampled = f"{written(self.c, self.c.of(TABLES))} AS # TABLESAMPLE"
        return (
            "<relation> AS #",
            named or "<relation> # (a, b)",
            "(<query>) AS # (a, b)",
            "LATERAL (<query>) AS # (a, b)",
            "ONLY <relation> AS #",
            "ONLY (<relation>) # (a, b)",
            "<relation> * AS #",
            "LATERAL ROWS FROM (generate_series(1, least(3, <int>)), unnest(ARRAY[<text>]))"
            " # (a, b)",
            "unnest(ARRAY[<int>], ARRAY[<text>]) AS # (a, b)",
            f"{sampled} system ((SELECT 99 FROM <relation> LIMIT 1)) REPEATABLE (1)",
            f"{sampled} pg_catalog.bernoulli (100)",
            "(VALUES (<int>, <text>)) # (a, b)",
            "json_to_record(json_build_object('a', <int>, 'b', <text>)) AS # (a int, b text)",
            _DOCUMENT if self.version > 16 else "(TABLE <relation>) AS # (a, b)",
        )

    def _join(self, depth: int, around: Aliases) -> tuple[str, Aliases]:
        left, first = self.from_item(depth, around)
        right, second = self.from_item(depth, around)
        both = (*first, *second)
        kind = self.c.of(("JOIN", "LEFT JOIN", "CROSS JOIN", "FULL JOIN"))
        if kind == "CROSS JOIN":
            return f"({left} CROSS JOIN {right})", both
        condition = f"ON {first[0]}.a = {second[0]}.a"
        if kind != "FULL JOIN" and self.c.one_in(2):
            condition = f"ON {self.boolean(depth, both)}"
        elif len(both) == 2 and self.c.one_in(3):
            condition = "USING (a)" if self.c.one_in(2) else ""
            kind = kind if condition else f"NATURAL {kind}"
        return f"({left} {kind} {right} {condition})", both


_DOCUMENT = (
    "JSON_TABLE(jsonb_build_array(<int>), '$[*]' PASSING <text> AS p"
    " COLUMNS (a int PATH '$', b text PATH '$' DEFAULT 'x' ON EMPTY)) AS #"
)
