-- Gives an own licensed table a parent and writes through that.
-- wants: write
-- attack:
CREATE TABLE above (id int, secret text);
ALTER TABLE vlt_mine INHERIT above;
UPDATE above SET secret = 'x';
