-- What was kept in another store comes along to this one: since when days were kept there. There is no
-- row until something is imported; here they are kept since schema pgtoll has its step `days`.
CREATE TABLE pgtoll.days_before (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  day date NOT NULL
);
GRANT SELECT ON pgtoll.days_before TO pgtoll_manager;
