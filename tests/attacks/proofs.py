"""Whether an attack worked: asked of the server itself, beside every proxy."""

from attacks.script import Attack, Wants

CAP = 1000

# What the superuser's own session needs to ask; it vanishes with the session.
FUNCTIONS = """
CREATE FUNCTION pg_temp.rows_of(relation regclass, whole boolean) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE counted bigint;
BEGIN
  EXECUTE format('SELECT count(*) FROM %s %s', CASE WHEN whole THEN '' ELSE 'ONLY' END, relation)
  INTO counted;
  RETURN counted;
END $$;
CREATE FUNCTION pg_temp.content_of(relations oid[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  relation regclass;
  one text;
  found text := '';
BEGIN
  FOREACH relation IN ARRAY relations::regclass[] LOOP
    IF NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = relation) THEN
      found := found || 'gone;';
      CONTINUE;
    END IF;
    EXECUTE format(
      'SELECT md5(string_agg(t::text, '','' ORDER BY t::text COLLATE "C")) FROM ONLY %s t',
      relation)
    INTO one;
    found := found || coalesce(one, 'empty') || ';';
  END LOOP;
  RETURN found;
END $$;
"""

# The tables of a product: by name, and what is below them, whatever that is called.
TABLES = """
WITH RECURSIVE t AS (
  SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relname ILIKE %(pattern)s AND c.relkind IN ('r', 'p')
    AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('pgtoll', 'information_schema')
  UNION SELECT unnest(%(known)s::oid[])
  UNION SELECT i.inhrelid FROM pg_inherits i JOIN t ON t.oid = i.inhparent
)
SELECT array_agg(c.oid ORDER BY c.oid) FROM t JOIN pg_class c USING (oid)
WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
"""

# Those with too many rows; a partition's count towards its root, a child's are its own.
OVERFULL = """
SELECT string_agg(c.oid::regclass::text, ', ') FROM pg_class c
WHERE c.oid = ANY (%(tables)s) AND NOT c.relispartition
  AND pg_temp.rows_of(c.oid::regclass, c.relkind = 'p') > %(cap)s
"""

CONTENT = "SELECT pg_temp.content_of(%(tables)s)"


def reads(attack: Attack, got: bytes) -> bool:
    """Whether what the attacker got shows what it must not."""
    return attack.shows.encode() in got


def asks_the_replies(attack: Attack) -> bool:
    """Whether the attacker's replies are the proof."""
    return attack.wants is Wants.READ and not attack.proof
