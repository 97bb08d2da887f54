"""Random statements of every kind that names relations, with comments in between."""

from generator.blocks import Blocks
from generator.choices import PLENTY, Choices
from generator.names import TABLES, relation, table, written
from hypothesis import strategies as st

MERGED = tuple(name for name in TABLES if name != "ruled")  # no rules where rows are merged
_NO_ACTION = "WHEN NOT MATCHED THEN DO NOTHING"
_SEPARATORS = (
    *[" "] * 12,
    "\n",
    "\t",
    "/**/",
    "/* ' */",
    "/* /* */ -- */",
    " --'\n",
    "--/*\r",
    "\f",
    "/*$$*/",
)


class Statements(Blocks):
    """Writes statements of every kind."""

    def statement(self) -> str:
        """Return a text of one statement, or of a few that belong together."""
        kinds = (*[self.query] * 5, *[self.dml] * 5, self._wrapped, self._wrapped, self._utility)
        kinds = (*kinds, self.block)
        text = self.c.then(kinds)
        return self._commented(text) if self.c.one_in(2) else text

    def _commented(self, text: str) -> str:
        """Return the text with something else in the place of each of its blanks."""
        first, *rest = text.split(" ")
        return first + "".join(self.c.of(_SEPARATORS) + word for word in rest)

    # Statements that change rows

    def dml(self) -> str:
        clause = self.with_clause(1, ()) if self.c.one_in(4) else ""
        return f"{clause} {self.changing(returning=self.c.one_in(3))}".strip()

    def changing(self, *, returning: bool) -> str:
        """Return a statement that changes rows. It always returns two columns, or none."""
        return self.c.then(
            (
                lambda: self._insert(returning),
                lambda: self._update(returning),
                lambda: self._delete(returning),
                lambda: self._merge(returning),
            )
        )

    def _insert(self, returning: bool) -> str:
        alias, depth = self.alias(), 2
        source = self.c.of(
            (
                "VALUES (<int>, <text>), (DEFAULT, DEFAULT)",
                "VALUES (<int>, <text>)",
                "(<query>)",
                "OVERRIDING USER VALUE SELECT a, b FROM <relation>",
                "DEFAULT VALUES",
            )
        )
        columns = "" if source == "DEFAULT VALUES" else self.c.of(("(a, b)", ""))
        conflict = self.c.of(("", "", "", "ON CONFLICT DO NOTHING", "#"))
        target = table(self.c)
        if conflict == "#":
            target = written(self.c, self.c.of(("other", "keyed")))
            conflict = self.fill(
                "ON CONFLICT (a) DO UPDATE SET b = <text> WHERE <bool>", depth, ("excluded", alias)
            )
        text = f"INSERT INTO {target} AS {alias} {columns} {self.fill(source, depth)} {conflict}"
        return text + self._returning(alias, returning)

    def _update(self, returning: bool) -> str:
        alias = self.alias()
        tables, found = self.from_list(2, ()) if self.c.one_in(3) else ("", ())
        change = self.c.of(
            (
                "b = <text>",
                "(a, b) = (SELECT a, b FROM <relation> WHERE false)",
                "a = (<int>), b = DEFAULT",
                "(b) = ROW(<text>)",
            )
        )
        text = f"UPDATE {self._changed(alias)} SET {change} {'FROM' * bool(tables)} {tables}"
        full = self.fill(f"{text} WHERE <bool>", 2, (alias, *found))
        return full + self._returning(alias, returning)

    def _delete(self, returning: bool) -> str:
        alias = self.alias()
        tables, found = self.from_list(2, ()) if self.c.one_in(3) else ("", ())
        text = f"DELETE FROM {self._changed(alias)} {'USING' * bool(tables)} {tables} WHERE <bool>"
        return self.fill(text, 2, (alias, *found)) + self._returning(alias, returning)

    def _changed(self, alias: str) -> str:
        name = table(self.c)
        return self.c.of(
            (f"{name} AS {alias}", f"{name} {alias}", f"ONLY {name} {alias}", f"{name} * {alias}")
        )

    def _merge(self, returning: bool) -> str:
        alias = self.alias()
        source, found = self.from_item(3, ())
        target = written(self.c, self.c.of(MERGED))
        # What is not matched has no row of the target's, or none of the source's.
        seen = {"BY SOURCE": (alias,), "NOT MATCHED": found}
        actions = [form for form in self._actions() if self.c.one_in(2)] or [_NO_ACTION]
        whens = [
            self.fill(form, 3, next((seen[word] for word in seen if word in form), (alias, *found)))
            for form in actions
        ]
        text = f"MERGE INTO {target} AS {alias} USING {source} ON {alias}.a = {found[0]}.a"
        return " ".join([text, *whens]) + self._returning(alias, returning and self.version > 16)

    def _actions(self) -> tuple[str, ...]:
        by_source = "WHEN NOT MATCHED BY SOURCE AND <bool> THEN UPDATE SET b = <text>"
        return (
            "WHEN MATCHED AND <bool> THEN UPDATE SET b = <text>",
            "WHEN MATCHED THEN DELETE",
            "WHEN NOT MATCHED AND <bool> THEN INSERT (a, b) VALUES (<int>, <text>)",
            _NO_ACTION,
            by_source if self.version > 16 else "WHEN MATCHED AND <bool> THEN DO NOTHING",
        )

    def _returning(self, alias: str, returning: bool) -> str:
        if not returning:
            return ""
        both = (alias,)
        form = " RETURNING <int> AS a, <text> AS b"
        if self.version > 17 and self.c.one_in(3):
            both, form = ("was",), " RETURNING WITH (OLD AS was) <int> AS a, <text> AS b"
        return self.fill(form, 3, both)

    # Statements around others

    def _wrapped(self) -> str:
        inner = self.query(1) if self.c.one_in(2) else self.dml()
        form = self.c.of(
            (
                "EXPLAIN #",
                "EXPLAIN (ANALYZE, COSTS false) #",
                "PREPARE p AS #",
                "PREPARE p AS #; EXECUTE p",
            )
        )
        return form.replace("#", inner)

    def _utility(self) -> str:
        one, two = relation(self.c), written(self.c, self.c.of(TABLES))
        form = self.c.of(_UTILITY)
        for hole, text in (("<table>", two), ("<one>", one)):
            form = form.replace(hole, text)
        return self.fill(form, 1)


_UTILITY = (
    "COPY (<query>) TO STDOUT",
    "COPY <table> (b) TO STDOUT (FORMAT csv)",
    "COPY <table> TO STDOUT WITH CSV",
    "COPY BINARY <table> TO STDOUT",
    "COPY <table> (a, b) FROM STDIN WHERE a > 0",
    "DECLARE c CURSOR FOR <query>",
    "DECLARE c SCROLL CURSOR WITH HOLD FOR <query>; FETCH ALL FROM c",
    "CREATE TABLE made AS <query>",
    "CREATE TEMP TABLE made AS <query> WITH NO DATA",
    "CREATE TABLE made (LIKE <table> INCLUDING ALL)",
    "CREATE TABLE made () INHERITS (<table>)",
    "CREATE TABLE made (a int REFERENCES <table>)",
    "CREATE VIEW made AS <query>",
    "CREATE RECURSIVE VIEW made (a, b) AS <query>",
    "CREATE MATERIALIZED VIEW made AS <query>",
    "REFRESH MATERIALIZED VIEW kept",
    "SELECT a, b INTO made FROM <relation>",
    "CREATE RULE made AS ON UPDATE TO <table> DO ALSO DELETE FROM plain USING <relation> z",
    "CREATE FUNCTION made() RETURNS bigint LANGUAGE sql"
    " BEGIN ATOMIC SELECT count(*) FROM <relation>; END",
    "CREATE POLICY made ON <table> USING (EXISTS (<query>))",
    "CREATE TRIGGER made BEFORE UPDATE ON <table> FOR EACH ROW EXECUTE FUNCTION note()",
    "CREATE INDEX made ON <table> (lower(b)) WHERE a > 0",
    "CREATE STATISTICS made ON a, b FROM <table>",
    "CREATE SEQUENCE made OWNED BY <table>.a",
    "LOCK <one> IN SHARE MODE",
    "LOCK ONLY <table>, <table>",
    "TRUNCATE <table>",
    "TRUNCATE ONLY <table> RESTART IDENTITY CASCADE",
    "ANALYZE <table> (b)",
    "ALTER TABLE <table> ADD made int",
    "ALTER TABLE <table> INHERIT parent",
    "ALTER TABLE <table> RENAME TO made",
    "ALTER TABLE parts ATTACH PARTITION <table> FOR VALUES IN (9)",
    "ALTER TABLE <table> ADD FOREIGN KEY (a) REFERENCES keyed",
    "COMMENT ON TABLE <table> IS 'x'",
    "COMMENT ON COLUMN <table>.b IS 'x'",
    "GRANT SELECT ON <table> TO PUBLIC",
    "DROP TABLE <table> CASCADE",
    "REINDEX TABLE <table>",
)


def statements(version: int) -> st.SearchStrategy[str]:
    """Return statements for a server of a major version."""
    data = st.binary(min_size=PLENTY, max_size=PLENTY)
    return data.map(lambda made: Statements(Choices(made), version).statement())
