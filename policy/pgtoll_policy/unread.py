"""Where code may run that nobody has read, and which changes of the catalog may put such in place.

Only what is proven counts as read. Code of a user's that is not read is a concern of its own; here
is what else may lead to it: kinds of statements that may run whatever the catalog has, what older
statements have prepared, and changes behind which a name means code that the picture does not show.
"""

from collections.abc import Iterable

from pgtoll_policy.catalog import Catalog
from pgtoll_policy.concerns import Concern
from pgtoll_policy.effects import Effect, combined, through
from pgtoll_policy.facts import Statement
from pgtoll_policy.proof import (
    BY_NAMES,
    MAKES_CODE,
    OF_A_QUERY,
    OF_ENDING,
    OF_INDEXES,
    OF_SESSION,
    PLAIN_CHANGES,
    REFRESH,
    RESUMING,
    runs_what_is_named,
)
from pgtoll_policy.relations import Relation

UNSEEN = Concern("nobody has read its text")
# Doubts about a picture that is old by what has been read alone: no other code has come into it.
CHANGED_HERE = "the catalog has changed in this transaction"
CHANGED_BEFORE = "a statement before it has changed the catalog"
LEFT_HERE = "a statement that failed in this transaction has left something behind"
OF_WHAT_IS_READ = frozenset({CHANGED_HERE, CHANGED_BEFORE, LEFT_HERE})

# They run no code but what they name, or what is known of them besides.
_KNOWN = OF_SESSION | OF_ENDING | BY_NAMES | OF_INDEXES | MAKES_CODE
# Nor have these anything to do with code that a user could have made.
_OF_TEXT = frozenset(
    {
        "alter collation",
        "alter text search configuration",
        "alter text search dictionary",
        "create collation",
        "create tsconfiguration",
        "create tsdictionary",
    }
)
# They give things another name: a relation, with its code, or that of a function, a type, a schema.
_RENAMES = frozenset({"alter function", "alter schema of", "rename"})
# What these leave behind is no code but what they name.
_PLANTS_WHAT_IT_NAMES = (
    PLAIN_CHANGES
    | MAKES_CODE
    | OF_A_QUERY
    | _OF_TEXT
    | {"alter table", "create trigger", "create view", REFRESH}
)

# Their functions stand where types do, to the grammar.
_OF_FUNCTIONS = frozenset({"create aggregate", "create operator"})


def unread_concern(statement: Statement, its_own: Effect, catalog: Catalog) -> Concern | None:
    """Return why code that is not read may run, None if it is proven that none does.

    `its_own` is all that the statement may do by what is known of it.
    """
    if statement.verb in OF_ENDING:  # what waits for the end was judged when it was made to wait
        return None
    effects = [its_own]
    if statement.verb in _OF_FUNCTIONS:
        effects += map(catalog.vocabulary.of_function, statement.types | statement.functions)
    elif _runs_anything(statement):
        effects.append(through(catalog.unread, statement.verb.upper()))
    whole = combined(effects)
    return None if whole.read else whole.concern


def _runs_anything(statement: Statement) -> bool:
    """Tell whether a statement may run, or bring under another name, code that it does not name:
    any that the catalog has."""
    if statement.verb in _KNOWN | _OF_TEXT or statement.executes is not None:
        return False
    if statement.verb == "alter type" and not statement.others:  # a value of an enum
        return False
    brings = bool(statement.makes) and statement.verb in _RENAMES
    return brings or not runs_what_is_named(statement)


def resumes(statement: Statement, on_commit: Effect) -> bool:
    """Tell whether a statement may run what older ones have put in place, which was judged with
    them: what was prepared or declared, or waits for the end of the transaction."""
    if statement.verb in OF_ENDING:
        return not on_commit.read
    return statement.verb in RESUMING or statement.executes is not None


def plants(statement: Statement, nearby: Iterable[Relation]) -> bool:
    """Tell whether a statement may leave code in the catalog that is neither read nor named in it.

    What is made of the relations `nearby` may take over their code.
    """
    if not statement.ddl or statement.verb.startswith("drop "):
        return False
    of_range = statement.verb == "create type" and statement.keeps
    of_relation = statement.verb in _RENAMES and statement.others and not statement.makes
    if of_range or not (of_relation or statement.verb in _PLANTS_WHAT_IT_NAMES):
        return True
    return not all(one.read for each in nearby for one in _code_of(each))


def _code_of(relation: Relation) -> Iterable[Effect]:
    return relation.on_read, relation.on_change, relation.on_upkeep
