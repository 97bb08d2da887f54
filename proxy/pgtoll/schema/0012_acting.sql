-- Who has changed what: also when somebody else's connection did it for them, and for documents too.

-- Who does what is done just now: whoever logged in, unless the owner of this schema acts for
-- somebody else, whom it names for this one transaction. Others name themselves in vain, and a value
-- that is set for longer names nobody.
CREATE FUNCTION pgtoll.acting() RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  owner oid := (SELECT n.nspowner FROM pg_namespace n WHERE n.nspname = 'pgtoll');
  named text := current_setting('pgtoll.acting', true);
  mark text := pg_current_xact_id()::text || ':';
BEGIN
  IF starts_with(named, mark) AND pg_has_role(session_user, owner, 'MEMBER') THEN
    RETURN substr(named, length(mark) + 1);
  END IF;
  RETURN session_user;
END
$$;

ALTER TABLE pgtoll.document ALTER uploaded_by SET DEFAULT pgtoll.acting();
ALTER TABLE pgtoll.seat ALTER granted_by SET DEFAULT pgtoll.acting();

-- The transaction that did it tells what was done together, and what a reader cannot have seen.
ALTER TABLE pgtoll.seat_history ALTER done_by SET DEFAULT pgtoll.acting();
ALTER TABLE pgtoll.seat_history ADD change xid8;
ALTER TABLE pgtoll.seat_history ALTER change SET DEFAULT pg_current_xact_id();

CREATE TABLE pgtoll.document_history (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  act text NOT NULL CHECK (act IN ('upload', 'delete')),
  kind text NOT NULL,
  code text NOT NULL,
  product text NOT NULL,
  serial bigint NOT NULL,
  done_by text NOT NULL DEFAULT pgtoll.acting(),
  change xid8 DEFAULT pg_current_xact_id()
);
INSERT INTO pgtoll.document_history (at, act, kind, code, product, serial, done_by, change)
SELECT d.uploaded_at, 'upload', d.kind, d.code, d.product, d.serial, d.uploaded_by, NULL
FROM pgtoll.document d ORDER BY d.id;

CREATE FUNCTION pgtoll.remember_document() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO pgtoll.document_history (act, kind, code, product, serial)
    VALUES ('upload', NEW.kind, NEW.code, NEW.product, NEW.serial);
  ELSE
    INSERT INTO pgtoll.document_history (act, kind, code, product, serial)
    VALUES ('delete', OLD.kind, OLD.code, OLD.product, OLD.serial);
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER remember_document AFTER INSERT OR DELETE ON pgtoll.document
  FOR EACH ROW EXECUTE FUNCTION pgtoll.remember_document();

CREATE INDEX seat_username ON pgtoll.seat (username);
CREATE INDEX seat_history_product ON pgtoll.seat_history (product, id);
CREATE INDEX seat_history_change ON pgtoll.seat_history (change);
CREATE INDEX document_history_product ON pgtoll.document_history (product, id);
CREATE INDEX document_history_change ON pgtoll.document_history (change);

REVOKE ALL ON FUNCTION pgtoll.remember_document() FROM PUBLIC;
GRANT SELECT ON pgtoll.document_history TO pgtoll_manager;

-- What was recorded since somebody looked: identities do not tell, several proxies write at once.
ALTER TABLE pgtoll.refusal ADD change xid8;
ALTER TABLE pgtoll.refusal ALTER change SET DEFAULT pg_current_xact_id();
CREATE INDEX refusal_change ON pgtoll.refusal (change);
CREATE INDEX refusal_username ON pgtoll.refusal (username, id);
CREATE INDEX refusal_product ON pgtoll.refusal (product, id);
