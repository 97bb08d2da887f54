-- What has changed what is licensed, in the order in which it came into force: a proxy that has gone by
-- one of these goes by no store that does not know of it, such as a standby that was promoted before it
-- had heard of it, or a copy from an earlier time.

-- One row for each transaction. Two servers that were one may give the same number to two changes;
-- no two have the same mark.
CREATE TABLE pgtoll.policy_change (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  mark uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  change xid8 NOT NULL DEFAULT pg_current_xact_id(),
  done_by text NOT NULL DEFAULT pgtoll.acting()
);
INSERT INTO pgtoll.policy_change DEFAULT VALUES;

-- Those that a proxy has gone by and that are not there: until somebody has accepted that they are
-- lost, nothing that is here is known to be what is licensed.
CREATE TABLE pgtoll.policy_lost (
  mark uuid PRIMARY KEY,
  number bigint NOT NULL,
  reported_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  accepted_at timestamptz,
  accepted_by text
);

-- At the end of a transaction, when it has all other locks: the lock makes numbers follow each other
-- as commits do, whatever the isolation levels, for a sequence knows of none.
CREATE FUNCTION pgtoll.count_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- Transactions' numbers alone do not tell: a copy in another cluster brings those of the first.
  IF NOT EXISTS (SELECT FROM pgtoll.policy_change c
    WHERE c.change = pg_current_xact_id() AND c.at >= transaction_timestamp()
    AND c.number = (SELECT max(n.number) FROM pgtoll.policy_change n))
  THEN
    LOCK TABLE pgtoll.policy_change IN SHARE ROW EXCLUSIVE MODE;
    INSERT INTO pgtoll.policy_change DEFAULT VALUES;
  END IF;
  RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER count_change AFTER INSERT OR UPDATE OR DELETE ON pgtoll.document
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pgtoll.count_change();
CREATE CONSTRAINT TRIGGER count_change AFTER INSERT OR UPDATE OR DELETE ON pgtoll.seat
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pgtoll.count_change();
CREATE TRIGGER count_change_of_all AFTER TRUNCATE ON pgtoll.document
  FOR EACH STATEMENT EXECUTE FUNCTION pgtoll.count_change();
CREATE TRIGGER count_change_of_all AFTER TRUNCATE ON pgtoll.seat
  FOR EACH STATEMENT EXECUTE FUNCTION pgtoll.count_change();
CREATE TRIGGER notify_proxies AFTER INSERT OR UPDATE OR DELETE ON pgtoll.policy_lost
  FOR EACH ROW EXECUTE FUNCTION pgtoll.notify_proxies('policy');

REVOKE ALL ON FUNCTION pgtoll.count_change() FROM PUBLIC;
GRANT SELECT ON pgtoll.policy_change, pgtoll.policy_lost TO pgtoll_manager;
