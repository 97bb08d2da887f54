"""Random DO blocks, with queries and changes wherever PL/pgSQL takes one."""

from abc import abstractmethod

from generator.grammar import DEPTH, Grammar

_DECLARED = "DECLARE held text; kept record; c CURSOR FOR <query>; given int := <int>;"
_FORMS = (
    "NULL;",
    "#",
    "PERFORM <int>, <text>;",
    "PERFORM FROM (<query>) q;",
    "SELECT q.b INTO held FROM (<query>) q LIMIT 1;",
    "held := (SELECT q.b FROM (<query>) q LIMIT 1);",
    "IF <bool> THEN ~ ELSIF <bool> THEN ~ ELSE ~ END IF;",
    "CASE WHEN <bool> THEN ~ ELSE ~ END CASE;",
    "CASE <int> WHEN 1, <int> THEN ~ ELSE NULL; END CASE;",
    "FOR kept IN <query> LOOP ~ EXIT WHEN <bool>; END LOOP;",
    "FOR i IN REVERSE 2 .. 1 BY 1 LOOP ~ CONTINUE WHEN <bool>; ~ END LOOP;",
    "<<here>> WHILE <bool> LOOP ~ EXIT here; END LOOP here;",
    "FOREACH held IN ARRAY ARRAY[<text>] LOOP ~ END LOOP;",
    "BEGIN ~ EXCEPTION WHEN unique_violation OR others THEN ~ END;",
    "DECLARE held text = <text>; BEGIN ~ END;",
    "OPEN c; FETCH c INTO kept; CLOSE c;",
    "RAISE DEBUG '% %', <text>, (<int>);",
    "ASSERT <bool> OR true, <text>;",
    "GET DIAGNOSTICS given = ROW_COUNT;",
    "IF <bool> THEN RETURN; END IF;",
)


class Blocks(Grammar):
    """Writes DO blocks."""

    @abstractmethod
    def dml(self) -> str:
        """Return a statement that changes rows, and may return some."""

    @abstractmethod
    def changing(self, *, returning: bool) -> str:
        """Return a statement that changes rows. It always returns two columns, or none."""

    def block(self) -> str:
        """Return a DO block."""
        self.c.plain = not self.c.one_in(4)
        declared = self.fill(_DECLARED, 2)
        body = " ".join(self._step(1) for _ in range(1 + self.c.below(3)))
        option = self.c.of(("", "", "#variable_conflict use_column\n"))
        return f"DO $do${option}{declared} BEGIN {body} END$do$"

    def _step(self, depth: int) -> str:
        form = self.c.of(_FORMS if depth < DEPTH else _FORMS[:5])
        parts = self.fill(form, depth).split("~")
        text = parts[0] + "".join(self._step(depth + 1) + part for part in parts[1:])
        return text.replace("#", self._change()) if form == "#" else text

    def _change(self) -> str:
        if self.c.one_in(3):
            return self.changing(returning=True) + " INTO kept;"
        return self.changing(returning=False) + ";"
