"""Do the two readers of a statement find the same relations in the same roles?"""

from collections.abc import Iterable, Sequence

from pgtoll_policy.facts import Statement
from pgtoll_policy.grammar import Node
from pgtoll_policy.lexer import Lexeme, rejoin, without_long_lists
from pgtoll_policy.second_reader import Roles, read_again

# Where sqlglot has a tree of its own for the statement, and not only a name for it.
READ_TWICE = frozenset(
    {
        "SelectStmt",
        "InsertStmt",
        "UpdateStmt",
        "DeleteStmt",
        "MergeStmt",
        "CopyStmt",
        "CreateTableAsStmt",
        "TruncateStmt",
        "ViewStmt",
    }
)
_QUERY_STARTS = frozenset({"SELECT", "WITH", "VALUES", "TABLE"})
_EXPLAIN_WORDS = frozenset({"ANALYZE", "ANALYSE", "VERBOSE"})
_WRAPPED_AFTER = {"PrepareStmt": "AS", "DeclareCursorStmt": "FOR"}


def disagreement(
    statement: Statement, root: Node, lexemes: Sequence[Lexeme], *, strict: bool
) -> str:
    """Return what the second reader finds otherwise than PostgreSQL's tree, "" if nothing.

    What it cannot read counts only when `strict`, and only in statements that name relations.
    """
    roles = _second_reading(root, lexemes)
    if roles is None:
        named = statement.reads or statement.writes or statement.others
        return "the second reader cannot read it" if strict and named else ""
    ours = Roles(set(statement.reads), set(statement.writes), set(statement.inserts))
    return "" if roles == ours else f"its readers disagree: {_told(ours)}, or {_told(roles)}"


def _second_reading(root: Node, lexemes: Sequence[Lexeme]) -> Roles | None:
    inner = (
        root.node("query") if root.kind == "ExplainStmt" or root.kind in _WRAPPED_AFTER else None
    )
    if inner is not None:
        root, lexemes = inner, _wrapped(root.kind, lexemes)
    if root.kind not in READ_TWICE or not lexemes:
        return None
    return read_again(rejoin(without_long_lists(lexemes)))


def _wrapped(wrapper: str, lexemes: Sequence[Lexeme]) -> Sequence[Lexeme]:
    """Return the tokens of the statement inside an EXPLAIN, PREPARE or DECLARE."""
    words = [lexeme.text.upper() for lexeme in lexemes]
    if wrapper in _WRAPPED_AFTER:
        return lexemes[_after_word(words, _WRAPPED_AFTER[wrapper]) :]
    at = 1
    if words[1:2] == ["("] and _first_word(words[1:]) not in _QUERY_STARTS:
        at = _after_parenthesis(words, 1)
    while words[at : at + 1] and words[at] in _EXPLAIN_WORDS:
        at += 1
    return lexemes[at:]


def _first_word(words: Iterable[str]) -> str:
    return next((word for word in words if word != "("), "")


def _after_parenthesis(words: Sequence[str], at: int) -> int:
    """Return where the parenthesis that opens at `at` is closed, and one further."""
    depth = 1
    while depth:
        at += 1
        depth += (words[at] == "(") - (words[at] == ")")
    return at + 1


def _after_word(words: Sequence[str], word: str) -> int:
    """Return the position behind the first `word` outside parentheses."""
    at = 0
    while at < len(words) and words[at] != word:
        at = _after_parenthesis(words, at) if words[at] == "(" else at + 1
    return at + 1


def _told(roles: Roles) -> str:
    parts = (("reads", roles.reads), ("writes", roles.writes), ("inserts into", roles.inserts))
    told = [f"{role} {', '.join(sorted(map(str, names)))}" for role, names in parts if names]
    return " and ".join(told) or "touches nothing"
