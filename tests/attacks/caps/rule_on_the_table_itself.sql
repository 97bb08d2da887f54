-- Lets each insert into a capped table insert twice.
-- wants: fill
-- attack:
CREATE RULE twice AS ON INSERT TO dmo_mine WHERE NEW.id < 2000 DO ALSO INSERT INTO dmo_mine VALUES (NEW.id + 2000, 'again');
INSERT INTO dmo_mine SELECT n FROM generate_series(1001, 1004) n;
