-- Names the table in quotes, with its schema.
-- wants: fill
-- attack:
INSERT INTO "public"."dmo_nearly" SELECT n, 'x' FROM generate_series(1001, 1006) n;
