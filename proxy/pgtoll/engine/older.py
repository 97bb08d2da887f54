"""Our questions and functions as PostgreSQL 13 and 14 understand them.

We write them for PostgreSQL 15 and later. A text names columns, views and parameters that it must
not name where there are none; what stands in their place says what is true there: functions have no
body in SQL's own syntax and statistics no expressions (before 14), nobody but superusers may be
granted a parameter (before 15). Which columns a catalog has goes by the version that a server
speaks as: that is what the number is for.
"""

import re

SINCE_15 = 150000
SINCE_14 = 140000
# As `server_version_num` has it. What speaks as less than 15 and is not PostgreSQL is refused.
OLDEST = 130000
OLDEST_OTHER = 150000

CONSISTENCY = "stats_fetch_consistency"

_NO_PARAMETERS = (
    "(SELECT ''::pg_catalog.text AS parname, NULL::pg_catalog.aclitem[] AS paracl WHERE false)"
)
# No session can show its memory: it may have had workers, for all that anybody knows.
_NO_MEMORY = (
    "(SELECT 'HandleParallelMessages'::pg_catalog.text AS name, ''::pg_catalog.text AS ident)"
)

_BEFORE_15: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"^SET {CONSISTENCY} = none\n", re.MULTILINE), ""),
    (re.compile(r"\b(?:pg_catalog\.)?pg_parameter_acl p\b"), f"{_NO_PARAMETERS} p"),
    (re.compile(r"\b(?:pg_catalog\.)?pg_parameter_acl\b"), f"{_NO_PARAMETERS} none"),
)
_BEFORE_14: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"WHEN p\.prosqlbody IS NOT NULL THEN [\w.]+\(p\.oid\)"), ""),
    (re.compile(r", f\.prosqlbody::text"), ""),
    (re.compile(r"\b(?:s\.)?stxexprs IS NOT NULL"), "false"),
    (re.compile(r"\bstxexprs::text"), "NULL::pg_catalog.text"),
    (re.compile(r"\brngmultitypid\b"), "rngtypid"),
    (re.compile(r",pg_stats_ext_exprs\b"), ""),
    (re.compile(r"\b(?:pg_catalog\.)?pg_get_backend_memory_contexts\(\)"), _NO_MEMORY),
)


def as_spoken(sql: str, speaks: int) -> str:
    """Return a text of ours as a server has to be told it that speaks as this version.

    `speaks` is what `server_version_num` says: 130023. For 15 and later it is the text itself.
    """
    if speaks >= SINCE_15:
        return sql
    for pattern, instead in _BEFORE_15 + (_BEFORE_14 if speaks < SINCE_14 else ()):
        sql = pattern.sub(instead, sql)
    return sql
