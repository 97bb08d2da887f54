"""The questions that tell whether a catalog has changed, and where. See queries.py."""
# ruff: noqa: S608 -- the parts that texts are put together from stand in this file

from pgtoll.catalog.queries import DISCREET, TYPED

DISCREET_FINGERPRINT = (
    f"SELECT pg_catalog.md5(pg_catalog.string_agg(rolname, ' ')) FROM ({DISCREET}) roles"
)

PINS_FINGERPRINT = """
SELECT pg_catalog.concat(pg_catalog.count(*), ',',
  pg_catalog.sum(pg_catalog.hashint8extended(xmin::text::pg_catalog.int8, relation::int8)))
FROM pgtoll.pin
"""

# A row's id and the transaction that wrote it: no change of a row leaves both as they were, and the
# sums do not depend on the order. VACUUM and ANALYZE write nothing that counts here. Two sums hold
# what one of 64 bits would: that is worked out in decimal numbers, which takes longer.
_WRITTEN = "pg_catalog.hashint8extended(xmin::pg_catalog.text::pg_catalog.int8, {seed})"
_SUMS = """
  pg_catalog.count(*), pg_catalog.sum((written >> 32)::pg_catalog.int4),
  pg_catalog.sum((written & 2147483647)::pg_catalog.int4)
"""

# What is said of code, by tables: it is read as a whole when any of it has changed.
_CODE = {
    "pg_namespace": ("oid", "oid >= 16384"),
    "pg_proc": ("oid", "oid >= 16384"),
    "pg_constraint": ("oid", "oid >= 16384 AND conrelid = 0"),
    "pg_operator": ("oid", "oid >= 16384"),
    "pg_cast": ("oid", "oid >= 16384"),
    "pg_amproc": ("oid", "oid >= 16384"),
    "pg_amop": ("oid", "oid >= 16384"),
    "pg_type": ("oid", "oid >= 16384"),
    "pg_event_trigger": ("oid", "true"),
    "pg_extension": ("oid", "true"),
    "pg_language": ("oid", "true"),
    "pg_depend": (
        "objid",
        "objid >= 16384 AND (deptype = 'e' OR deptype IN ('a', 'i')"
        " AND classid = 'pg_catalog.pg_proc'::pg_catalog.regclass)",
    ),
}
CODE_FINGERPRINT = " UNION ALL ".join(
    f"SELECT '{table}', {_SUMS} FROM (SELECT {_WRITTEN.format(seed=f'{column}::pg_catalog.int8')}"
    f" AS written FROM pg_catalog.{table} WHERE {condition}) w"
    for table, (column, condition) in _CODE.items()
)

# What is said of relations, by blocks of their ids: a block is read anew when something in it has
# changed. Each row has an id of its own among those of its table, and each table a number.
BLOCK = 256
_SEED = "({number}::pg_catalog.int8 << 40) + {key}::pg_catalog.int8"
_OF_RELATIONS = (
    (
        "pg_class c",
        "c.oid",
        "c.oid",
        "c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'I')",
    ),
    ("pg_rewrite", "ev_class", "oid", "ev_class >= 16384"),
    ("pg_trigger", "tgrelid", "oid", "tgrelid >= 16384"),
    ("pg_constraint", "conrelid", "oid", "conrelid >= 16384"),
    ("pg_policy", "polrelid", "oid", "polrelid >= 16384"),
    ("pg_attrdef", "adrelid", "oid", "adrelid >= 16384"),
    ("pg_inherits", "inhrelid", "inhrelid", "inhrelid >= 16384"),
    ("pg_statistic_ext", "stxrelid", "oid", "stxexprs IS NOT NULL"),
    ("pg_index", "indrelid", "indexrelid", "(indexprs IS NOT NULL OR indpred IS NOT NULL)"),
    ("pg_depend d", "d.objid", "d.objid", TYPED.strip()),
    (
        "pg_depend d",
        "d.objid",
        "d.objid",
        "d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjsubid > 0"
        " AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass"
        # As an array: these are looked up by the index, where a join would go through the table.
        " AND d.deptype IN ('a', 'i') AND d.objid = ANY (ARRAY("
        "SELECT s.seqrelid FROM pg_catalog.pg_sequence s WHERE s.seqrelid >= 16384))",
    ),
)

BLOCKS = (
    f"SELECT block, {_SUMS} FROM ("
    + " UNION ALL ".join(
        f"SELECT {relation}::pg_catalog.int8 / {BLOCK} AS block,"
        f" {_WRITTEN.format(seed=_SEED.format(number=number, key=key))} AS written"
        f" FROM pg_catalog.{table} WHERE {condition}"
        for number, (table, relation, key, condition) in enumerate(_OF_RELATIONS)
    )
    + ") w GROUP BY block"
)

# All relations whose ids are in some blocks.
IN_BLOCKS = f"""
SELECT c.oid
FROM pg_catalog.unnest(%(blocks)s::pg_catalog.int8[]) b
JOIN pg_catalog.pg_class c ON c.oid >= (b * {BLOCK})::pg_catalog.oid
  AND c.oid <= (b * {BLOCK} + {BLOCK - 1})::pg_catalog.oid
"""

# The blocks of all that inherits from some relations: keys of partitioned tables are theirs too.
BELOW = f"""
WITH RECURSIVE below (oid) AS (
  SELECT i.inhrelid FROM pg_catalog.pg_inherits i
  WHERE i.inhparent = ANY (%(oids)s::pg_catalog.oid[])
  UNION
  SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN below b ON i.inhparent = b.oid
)
SELECT DISTINCT oid::pg_catalog.int8 / {BLOCK} FROM below
"""

EVENT_TRIGGERS_FINGERPRINT = """
SELECT oid, xmin::pg_catalog.text, evtenabled::pg_catalog.text
FROM pg_catalog.pg_event_trigger ORDER BY oid
"""
