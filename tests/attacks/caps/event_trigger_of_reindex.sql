-- Makes the indexes of an own table anew, which an event trigger notes in a capped table.
-- wants: fill
-- since: 17
-- setup:
CREATE FUNCTION note_ddl() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
  BEGIN IF tg_tag = 'REINDEX' THEN INSERT INTO public.dmo_log SELECT n, 'x' FROM generate_series(1, 10) n; END IF; END $$;
CREATE EVENT TRIGGER note_ddl ON ddl_command_end EXECUTE FUNCTION note_ddl();
-- attack:
-- as: owner
CREATE TABLE owned (id int PRIMARY KEY);
REINDEX TABLE owned;
