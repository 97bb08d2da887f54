-- What is noted ahead, in a transaction of its own, shows what that has read by itself as soon as its
-- counts are put away: counts of others say something of statistics only where a worker can have read.
CREATE OR REPLACE FUNCTION pgtoll.refuse_hidden(lacked int[], since text) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  marked boolean := pgtoll.marked();
BEGIN
  IF since LIKE 'pgtoll%' THEN
    IF marked AND pgtoll.sees_workers() THEN
      PERFORM pgtoll.refuse_workers(lacked, since);
    END IF;
    IF marked OR pgtoll.loaded() OR split_part(since, '_', 5) <> pgtoll.views_as_they_are() THEN
      PERFORM pgtoll.refuse_statistics(since);
    END IF;
  END IF;
  PERFORM pgtoll.refuse_kept(lacked);
END
$$;
