"""The questions that a snapshot asks PostgreSQL 15 to 18, one for each kind of row.

All names are qualified, and the search path is empty when they run. Views and triggers of
PostgreSQL's own are left out by their object ids: those of a database's own objects start at 16384.

What is said of relations can be asked of some alone: `of_some` puts that where a comment says `of`
which column. What is said of code is asked as a whole.
"""

import re

# ruff: noqa: S608 -- the parts that texts are put together from stand in this file

# Not `<> ALL (array)`: the planner would weigh every one of the thousands of names, each time.
_HARMLESS_FUNCTIONS = "SELECT pg_catalog.unnest(%(harmless_functions)s::pg_catalog.name[])"
_HARMLESS_RELATIONS = "SELECT pg_catalog.unnest(%(harmless_relations)s::pg_catalog.name[])"


def of_some(query: str) -> str:
    """Return a question about relations as one about those in the parameter `oids` alone."""
    return re.sub(r"/\* of ([a-z_.]+) \*/", r"AND \1 = ANY (%(oids)s::pg_catalog.oid[])", query)


RELATIONS = """
SELECT c.oid, n.nspname, c.relname, c.relkind::text, c.relpersistence = 't'
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  AND NOT pg_catalog.starts_with(n.nspname, 'pg_toast') /* of c.oid */
"""

ENCODING = """
SELECT d.encoding <> pg_catalog.pg_char_to_encoding('UTF8'),
  pg_catalog.pg_encoding_max_length(d.encoding) > 1,
  pg_catalog.pg_encoding_max_length(d.encoding) = 1 AND d.datctype NOT IN ('C', 'POSIX')
FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()
"""

INHERITANCE = """
SELECT i.inhrelid, i.inhparent
FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
WHERE c.relkind NOT IN ('i', 'I') /* of i.inhrelid */
"""

# A dependency on PostgreSQL's own tables is not recorded: the tree of the query has them.
VIEWS = f"""
SELECT DISTINCT r.ev_class, d.refobjid
FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_depend d
  ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> r.ev_class
  AND r.ev_type = '1' AND r.ev_class >= 16384 /* of r.ev_class */
UNION
SELECT r.ev_class, c.oid
FROM pg_catalog.pg_rewrite r
CROSS JOIN pg_catalog.regexp_matches(r.ev_action::text, ':relid (\\d+)', 'g') m
JOIN pg_catalog.pg_class c ON c.oid = m[1]::pg_catalog.oid
WHERE r.ev_class >= 16384 AND c.oid < 16384 AND c.relname NOT IN ({_HARMLESS_RELATIONS})
  /* of r.ev_class */
"""

RULES = """
SELECT DISTINCT r.ev_class, coalesce(d.refobjid, 0::pg_catalog.oid)
FROM pg_catalog.pg_rewrite r LEFT JOIN pg_catalog.pg_depend d
  ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
  AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> r.ev_class
WHERE r.ev_type <> '1' AND r.ev_class >= 16384 /* of r.ev_class */
"""

POLICIES = """
SELECT DISTINCT p.polrelid, d.refobjid
FROM pg_catalog.pg_policy p
JOIN pg_catalog.pg_class c ON c.oid = p.polrelid AND c.relrowsecurity
JOIN pg_catalog.pg_depend d
  ON d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND d.objid = p.oid
WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> p.polrelid
  /* of p.polrelid */
"""

OWNED = """
SELECT s.oid, d.refobjid
FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S'
WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
  AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
  AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0 /* of s.oid */
"""

USED = """
SELECT DISTINCT a.adrelid, s.oid
FROM pg_catalog.pg_attrdef a
JOIN pg_catalog.pg_depend d
  ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = a.oid
JOIN pg_catalog.pg_class s ON s.oid = d.refobjid AND s.relkind = 'S'
WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass /* of a.adrelid */
"""

KEYS = """
SELECT conrelid, confrelid,
  pg_catalog.bool_or(confupdtype IN ('c', 'n', 'd')),
  pg_catalog.bool_or(confdeltype IN ('c', 'n', 'd'))
FROM pg_catalog.pg_constraint WHERE contype = 'f' /* of conrelid */
GROUP BY conrelid, confrelid
"""

# An aggregate has the names of its functions for a body, and leads nowhere else. What x.f may call
# takes one argument, or can do with one. Who owns an extension can make own functions a part of it:
# only a superuser's count as the extension's.
FUNCTIONS = """
SELECT p.oid, n.nspname, p.proname, p.prokind::text,
  CASE p.prokind WHEN 'a' THEN 'aggregate' ELSE l.lanname::text END,
  l.lanpltrusted OR p.prokind = 'a',
  p.provolatile::text, p.proparallel::text,
  CASE WHEN p.pronargs >= 1 AND p.pronargs - p.pronargdefaults <= 1
      OR p.provariadic <> 0 AND p.pronargs - p.pronargdefaults <= 2
    THEN 1 ELSE p.pronargs::pg_catalog.int4 END,
  coalesce(e.extname::text, ''), pg_catalog.starts_with(n.nspname, 'pg_temp_'),
  coalesce(CASE
    WHEN p.prokind = 'a' THEN (
      SELECT pg_catalog.string_agg(pg_catalog.quote_ident(f.proname), ' ' ORDER BY f.oid)
      FROM pg_catalog.pg_aggregate a JOIN pg_catalog.pg_proc f ON f.oid IN (
        a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggserialfn, a.aggdeserialfn,
        a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn)
      WHERE a.aggfnoid = p.oid)
    WHEN l.lanname = 'c' THEN ''
    WHEN p.prosqlbody IS NOT NULL THEN pg_catalog.pg_get_function_sqlbody(p.oid)
    ELSE p.prosrc END, ''),
  EXISTS (SELECT FROM pg_catalog.unnest(p.proconfig) s
    WHERE s ~* '^(standard_conforming_strings|client_encoding|backslash_quote)='),
  pg_catalog.oidvectortypes(p.proargtypes),
  EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.oid = p.proowner AND (r.rolsuper
    OR r.oid = (SELECT d.datdba FROM pg_catalog.pg_database d
      WHERE d.datname = pg_catalog.current_database()))),
  EXISTS (SELECT FROM pg_catalog.unnest(p.proconfig) s WHERE s ~ '^[^=]*[.]')
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_language l ON l.oid = p.prolang
LEFT JOIN pg_catalog.pg_depend d
  ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid
  AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.deptype = 'e'
LEFT JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid AND EXISTS (
  SELECT FROM pg_catalog.pg_roles r WHERE r.oid = p.proowner AND r.rolsuper)
WHERE p.oid >= 16384
"""

# What the bodies that are kept as trees are bound to.
LOOKS = """
SELECT d.objid, d.refobjid
FROM pg_catalog.pg_depend d
WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
  AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid >= 16384
"""

TRANSITIONS = """
SELECT tgoldtable FROM pg_catalog.pg_trigger WHERE tgoldtable IS NOT NULL
UNION
SELECT tgnewtable FROM pg_catalog.pg_trigger WHERE tgnewtable IS NOT NULL
"""

BUILTINS = f"""
SELECT oid, proname FROM pg_catalog.pg_proc
WHERE oid < 16384 AND proname NOT IN ({_HARMLESS_FUNCTIONS})
"""

# What has expressions, the relation it belongs to, whether reading the relation runs them, whether
# its upkeep does, and whether a query's planner works them out as far as they are constant. The key
# of a partitioned table is of all its partitions: rows that go there directly are held against it.
_HOOKS = """
SELECT 'pg_catalog.pg_attrdef'::pg_catalog.regclass AS class, d.oid, d.adrelid AS relation,
  a.attgenerated = 'v' AS reading, false AS upkeep, d.adbin::text AS tree, 0 AS events,
  false AS planned
FROM pg_catalog.pg_attrdef d
JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
WHERE true /* of d.adrelid */
UNION ALL
SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass, oid, conrelid, false, false, conbin::text,
  0, true
FROM pg_catalog.pg_constraint WHERE contype = 'c' AND conrelid <> 0 /* of conrelid */
UNION ALL
SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, indexrelid, indrelid, false, true,
  pg_catalog.concat(indexprs::text, indpred::text), 0, true
FROM pg_catalog.pg_index WHERE (indexprs IS NOT NULL OR indpred IS NOT NULL) /* of indrelid */
UNION ALL
SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, p.partrelid, t.relid::pg_catalog.oid, false,
  false, p.partexprs::text, 0, true
FROM pg_catalog.pg_partitioned_table p CROSS JOIN pg_catalog.pg_partition_tree(p.partrelid) t
WHERE p.partexprs IS NOT NULL /* of t.relid */
UNION ALL
SELECT 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, oid, stxrelid, false, true,
  stxexprs::text, 0, true
FROM pg_catalog.pg_statistic_ext WHERE stxexprs IS NOT NULL /* of stxrelid */
UNION ALL
SELECT 'pg_catalog.pg_rewrite'::pg_catalog.regclass, oid, ev_class, ev_type = '1', false,
  pg_catalog.concat(ev_action::text, ev_qual::text), 0, false
FROM pg_catalog.pg_rewrite WHERE ev_class >= 16384 /* of ev_class */
UNION ALL
SELECT 'pg_catalog.pg_policy'::pg_catalog.regclass, p.oid, p.polrelid, true, false,
  pg_catalog.concat(p.polqual::text, p.polwithcheck::text), 0, false
FROM pg_catalog.pg_policy p
JOIN pg_catalog.pg_class c ON c.oid = p.polrelid AND c.relrowsecurity
WHERE true /* of p.polrelid */
UNION ALL
SELECT 'pg_catalog.pg_trigger'::pg_catalog.regclass, oid, tgrelid, false, false, tgqual::text,
  tgtype & (4 | 8 | 16 | 32), false
FROM pg_catalog.pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'
  /* of tgrelid */
"""

# The functions of an operator: the planner may put its commutator or its negator in its place.
_OPERATED = """
swaps (operator, other) AS (
  SELECT oid, oid FROM pg_catalog.pg_operator
  WHERE oid >= 16384 OR oprcom >= 16384 OR oprnegate >= 16384
  UNION
  SELECT s.operator, n.other
  FROM swaps s JOIN pg_catalog.pg_operator o ON o.oid = s.other
  CROSS JOIN pg_catalog.unnest(ARRAY[o.oprcom, o.oprnegate]) n (other) WHERE n.other <> 0
),
operated (operator, function) AS (
  SELECT s.operator, o.oprcode::pg_catalog.oid
  FROM swaps s JOIN pg_catalog.pg_operator o ON o.oid = s.other
)
"""

# JSON functions return a type that no dependency tells of.
_RETURNED = r"' :typid (\d+)', 'g'"

# Columns whose types are a user's. They are known by their dependencies: to look at all columns of
# a hundred thousand tables takes seconds.
TYPED = """
  d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objsubid > 0
  AND d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.refobjid >= 16384
"""

# Types that run a function when a value is made, through whatever they are built of: the checks of
# domains, and their defaults, which are those of columns that have none of their own.
_CODED = f"""
{_OPERATED},
spoken (type, class, object, tree) AS (
  SELECT contypid, 'pg_catalog.pg_constraint'::pg_catalog.regclass, oid, conbin::text
  FROM pg_catalog.pg_constraint WHERE contypid <> 0
  UNION ALL
  SELECT oid, 'pg_catalog.pg_type'::pg_catalog.regclass, oid, typdefaultbin::text
  FROM pg_catalog.pg_type WHERE typtype = 'd' AND typdefaultbin IS NOT NULL
),
uses (type, part) AS (
  SELECT oid, typbasetype FROM pg_catalog.pg_type WHERE typbasetype >= 16384
  UNION ALL
  SELECT oid, typelem FROM pg_catalog.pg_type WHERE typelem >= 16384
  UNION ALL
  SELECT rngtypid, rngsubtype FROM pg_catalog.pg_range WHERE rngsubtype >= 16384
  UNION ALL
  SELECT rngmultitypid, rngsubtype FROM pg_catalog.pg_range WHERE rngsubtype >= 16384
  UNION ALL
  SELECT c.reltype, d.refobjid
  FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.reltype <> 0
  WHERE {TYPED}
  UNION ALL
  SELECT s.type, d.refobjid
  FROM spoken s JOIN pg_catalog.pg_depend d ON d.classid = s.class AND d.objid = s.object
  WHERE d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.refobjid <> s.type
  UNION
  SELECT s.type, m[1]::pg_catalog.oid
  FROM spoken s CROSS JOIN pg_catalog.regexp_matches(s.tree, {_RETURNED}) m
  WHERE pg_catalog.strpos(s.tree, '{{JSONRETURNING ') > 0
),
coded (type, function) AS (
  SELECT s.type, coalesce(o.function, d.refobjid)
  FROM spoken s
  JOIN pg_catalog.pg_depend d ON d.classid = s.class AND d.objid = s.object
  LEFT JOIN operated o
    ON d.refclassid = 'pg_catalog.pg_operator'::pg_catalog.regclass AND o.operator = d.refobjid
  WHERE d.refclassid IN (
    'pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_operator'::pg_catalog.regclass)
  UNION
  SELECT s.type, p.oid
  FROM spoken s
  CROSS JOIN pg_catalog.regexp_matches(s.tree, ':funcid (\\d+)', 'g') m
  JOIN pg_catalog.pg_proc p ON p.oid = m[1]::pg_catalog.oid
  WHERE s.type >= 16384 AND p.oid < 16384 AND p.proname NOT IN ({_HARMLESS_FUNCTIONS})
  UNION
  SELECT u.type, c.function FROM coded c JOIN uses u ON u.part = c.type
)
"""

# The functions that make ranges keep their names when the type gets another.
TYPES = f"""
WITH RECURSIVE {_CODED}
SELECT n.nspname, t.typname, c.function, t.oid
FROM coded c JOIN pg_catalog.pg_type t ON t.oid = c.type
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
UNION
SELECT n.nspname, p.proname, c.function, c.type
FROM coded c JOIN pg_catalog.pg_depend d ON d.refobjid = c.type
JOIN pg_catalog.pg_proc p ON p.oid = d.objid
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.deptype = 'i'
  AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
"""

# The same as TYPES found it: types and functions in turn.
_FOUND_CODED = """
coded (type, function) AS (
  SELECT (%(coded)s::pg_catalog.oid[])[2 * n - 1], (%(coded)s::pg_catalog.oid[])[2 * n]
  FROM pg_catalog.generate_series(
    1, pg_catalog.cardinality(%(coded)s::pg_catalog.oid[]) / 2) n
)
"""

# PostgreSQL's own functions are not recorded as dependencies: the trees have them. The sequence of
# a default is: see USED. What the planner works out is what is marked IMMUTABLE, in the bodies of
# SQL functions too.
ATTACHED = f"""
WITH RECURSIVE hooks AS MATERIALIZED (SELECT * FROM ({_HOOKS}) h WHERE relation >= 16384),
{_OPERATED},
{_FOUND_CODED},
found (relation, function, reading, upkeep, events, planned) AS (
  SELECT h.relation, coalesce(o.function, d.refobjid), h.reading, h.upkeep,
    h.events, h.planned
  FROM hooks h
  JOIN pg_catalog.pg_depend d ON d.classid = h.class AND d.objid = h.oid
  LEFT JOIN operated o
    ON d.refclassid = 'pg_catalog.pg_operator'::pg_catalog.regclass AND o.operator = d.refobjid
  WHERE d.refclassid IN (
    'pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_operator'::pg_catalog.regclass)
  UNION
  SELECT h.relation, p.oid, h.reading, h.upkeep,
    h.events, h.planned
  FROM hooks h
  CROSS JOIN pg_catalog.regexp_matches(
    h.tree, ':(?:funcid|aggfnoid|winfnoid) (\\d+)', 'g') m
  JOIN pg_catalog.pg_proc p ON p.oid = m[1]::pg_catalog.oid
  WHERE p.oid < 16384 AND p.proname NOT IN ({_HARMLESS_FUNCTIONS})
    AND (p.proname <> 'nextval' OR h.class <> 'pg_catalog.pg_attrdef'::pg_catalog.regclass)
)
SELECT relation, function, reading, upkeep, events FROM found
UNION
SELECT f.relation, f.function, true, false, 0
FROM found f JOIN pg_catalog.pg_proc p ON p.oid = f.function
JOIN pg_catalog.pg_language l ON l.oid = p.prolang
WHERE f.planned AND (p.provolatile = 'i' OR l.lanname = 'sql')
UNION
SELECT h.relation, c.function, h.reading, h.upkeep, h.events
FROM hooks h
JOIN pg_catalog.pg_depend d ON d.classid = h.class AND d.objid = h.oid
JOIN coded c ON d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND c.type = d.refobjid
UNION
SELECT h.relation, c.function, h.reading, h.upkeep, h.events
FROM hooks h CROSS JOIN pg_catalog.regexp_matches(h.tree, {_RETURNED}) m
JOIN coded c ON c.type = m[1]::pg_catalog.oid
WHERE pg_catalog.strpos(h.tree, '{{JSONRETURNING ') > 0
UNION
SELECT d.objid, c.function, true, false, 0
FROM coded c JOIN pg_catalog.pg_depend d ON d.refobjid = c.type
WHERE {TYPED} /* of d.objid */
"""

# Behind the defaults, the types of arguments, results and states, and the trees of bodies.
CALLS = f"""
WITH RECURSIVE {_OPERATED},
{_FOUND_CODED}
SELECT d.objid, d.refobjid
FROM pg_catalog.pg_depend d
WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
  AND d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid >= 16384
UNION
SELECT d.objid, o.function
FROM pg_catalog.pg_depend d JOIN operated o ON o.operator = d.refobjid
WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
  AND d.refclassid = 'pg_catalog.pg_operator'::pg_catalog.regclass AND d.objid >= 16384
UNION
SELECT d.objid, c.function
FROM pg_catalog.pg_depend d JOIN coded c ON c.type = d.refobjid
WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
  AND d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
UNION
SELECT a.aggfnoid::pg_catalog.oid, c.function
FROM pg_catalog.pg_aggregate a JOIN coded c ON c.type IN (a.aggtranstype, a.aggmtranstype)
UNION
SELECT f.oid, c.function
FROM pg_catalog.pg_proc f
CROSS JOIN pg_catalog.regexp_matches(f.proargdefaults::text, {_RETURNED}) m
JOIN coded c ON c.type = m[1]::pg_catalog.oid
WHERE f.oid >= 16384 AND pg_catalog.strpos(f.proargdefaults::text, '{{JSONRETURNING ') > 0
UNION
SELECT f.oid, p.oid
FROM pg_catalog.pg_proc f
CROSS JOIN pg_catalog.regexp_matches(
  pg_catalog.concat(f.proargdefaults::text, f.prosqlbody::text),
  ':(?:funcid|opfuncid|aggfnoid|winfnoid) (\\d+)', 'g') m
JOIN pg_catalog.pg_proc p ON p.oid = m[1]::pg_catalog.oid
WHERE f.oid >= 16384 AND p.oid < 16384 AND p.proname NOT IN ({_HARMLESS_FUNCTIONS})
"""

INDEXES = """
SELECT n.nspname, c.relname, i.indrelid, c.oid
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid >= 16384 AND NOT pg_catalog.starts_with(n.nspname, 'pg_toast') /* of c.oid */
"""

OPERATORS = f"""
WITH RECURSIVE {_OPERATED}
SELECT DISTINCT o.oprname, p.function
FROM operated p JOIN pg_catalog.pg_operator o ON o.oid = p.operator
"""

# What the server runs for statements in which nothing names it. It looks the text of a view or a
# rule up by a query of its own, in which = is what the search path makes of it: pg_views too.
ANYWHERE = f"""
WITH RECURSIVE {_OPERATED}
SELECT castfunc, 'a cast' FROM pg_catalog.pg_cast WHERE oid >= 16384 AND castfunc <> 0
UNION
SELECT amproc::pg_catalog.oid, 'an operator class' FROM pg_catalog.pg_amproc WHERE oid >= 16384
UNION
SELECT o.function, 'an operator class'
FROM pg_catalog.pg_amop a JOIN operated o ON o.operator = a.amopopr
WHERE a.oid >= 16384
UNION
SELECT o.function, 'an equality'
FROM operated o JOIN pg_catalog.pg_operator e ON e.oid = o.operator
WHERE e.oid >= 16384 AND e.oprname = '=' AND e.oprleft = e.oprright
  AND e.oprleft = ANY (ARRAY['pg_catalog.oid', 'pg_catalog.name']::pg_catalog.regtype[])
UNION
SELECT f, 'a range type'
FROM pg_catalog.pg_range, pg_catalog.unnest(
  ARRAY[rngcanonical::pg_catalog.oid, rngsubdiff::pg_catalog.oid]) f
WHERE rngtypid >= 16384 AND f <> 0
"""

EVENT_TRIGGERS = """
SELECT evtfoid FROM pg_catalog.pg_event_trigger WHERE evtenabled <> 'D' AND evtevent <> 'login'
"""

# Not our own on our own tables: clients do not write there, and these run nobody else's code.
DEFERRED = """
SELECT DISTINCT tgfoid FROM pg_catalog.pg_trigger
JOIN pg_catalog.pg_class c ON c.oid = tgrelid JOIN pg_catalog.pg_proc p ON p.oid = tgfoid
WHERE tgdeferrable AND NOT tgisinternal AND tgenabled <> 'D' AND NOT EXISTS (
  SELECT FROM pg_catalog.pg_namespace n
  WHERE n.oid = c.relnamespace AND n.oid = p.pronamespace AND n.nspname = 'pgtoll')
"""

# To a role the statements of those are shown that it can act as, and of all with pg_read_all_stats.
DISCREET = """
WITH RECURSIVE held (member, role) AS (
  SELECT member, roleid FROM pg_catalog.pg_auth_members
  UNION
  SELECT h.member, m.roleid FROM held h JOIN pg_catalog.pg_auth_members m ON m.member = h.role
)
SELECT r.rolname FROM pg_catalog.pg_roles r
WHERE r.rolcanlogin AND NOT r.rolsuper AND NOT r.rolcreaterole AND NOT EXISTS (
  SELECT FROM held h JOIN pg_catalog.pg_roles o ON o.oid = h.role
  WHERE h.member = r.oid
    AND (o.rolcanlogin OR o.rolsuper OR o.rolcreaterole OR o.rolname = 'pg_read_all_stats'))
ORDER BY r.rolname
"""

HAS_PINS = "SELECT pg_catalog.to_regclass('pgtoll.pin') IS NOT NULL"
PINS = """
SELECT i.relation, p.code FROM pgtoll.pin i JOIN pgtoll.product p ON p.id = i.product
"""

NAMESPACES = "SELECT oid, nspname FROM pg_catalog.pg_namespace"
