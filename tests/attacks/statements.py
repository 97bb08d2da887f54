"""Where one SQL statement ends and the next begins, as psql sees it."""

import re

# Whatever can hold a semicolon that ends nothing. Escape strings come before plain ones.
TOKEN = re.compile(
    r"""
      (?P<comment>--[^\n]*)
    | (?P<long>/\*)
    | (?P<escape>[eE]'(?:[^'\\]|\\.|'')*')
    | (?P<string>'(?:[^']|'')*')
    | (?P<name>"(?:[^"]|"")*")
    | (?P<dollar>\$(?P<tag>[A-Za-z_]\w*)?\$.*?\$(?P=tag)\$ | \$\$.*?\$\$)
    | (?P<word>[A-Za-z_][\w$]*)
    | (?P<open>[(\[]) | (?P<close>[)\]])
    | (?P<end>;)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


def split_statements(text: str) -> list[str]:
    """Return the statements without the semicolons between them; none is empty."""
    found: list[str] = []
    start = at = depth = blocks = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        assert match is not None
        at = _past_comment(text, at) if match.lastgroup == "long" else match.end()
        kind = match.lastgroup
        depth += (kind == "open") - (kind == "close")
        blocks = _blocks(blocks, text[start : match.start()], match)
        if kind == "end" and depth <= 0 and not blocks:
            found.append(text[start : match.start()].strip())
            start, depth = at, 0
    return [one for one in [*found, text[start:].strip()] if _says_something(one)]


def _blocks(blocks: int, before: str, match: re.Match[str]) -> int:
    """How many BEGIN ATOMIC and CASE are open in the body of a function."""
    word = match.group().upper() if match.lastgroup == "word" else ""
    if not re.match(r"\s*CREATE\s+(OR\s+REPLACE\s+)?(FUNCTION|PROCEDURE)\b", before, re.IGNORECASE):
        return 0
    if word in ("BEGIN", "CASE") and (word == "BEGIN" or blocks):
        return blocks + 1
    return blocks - 1 if word == "END" and blocks else blocks


def _past_comment(text: str, at: int) -> int:
    """Where a comment that may hold others ends."""
    depth = 0
    for match in re.compile(r"/\*|\*/").finditer(text, at):
        depth += 1 if match.group() == "/*" else -1
        if not depth:
            return match.end()
    return len(text)


def _says_something(statement: str) -> bool:
    return any(line.strip() and not line.strip().startswith("--") for line in statement.split("\n"))
