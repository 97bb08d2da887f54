-- Puts an own parent over a licensed table.
-- wants: read
-- attack:
CREATE TABLE above (id int, secret text);
ALTER TABLE vlt_mine INHERIT above;
SELECT secret FROM above;
