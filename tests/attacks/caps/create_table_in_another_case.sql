-- Makes a capped table whose name is in another case.
-- wants: fill
-- attack:
CREATE TABLE "DMO_Made" AS SELECT n FROM generate_series(1, 1001) n;
