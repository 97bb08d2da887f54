-- Gives a partition a bound that is computed by a function that inserts.
-- wants: fill
-- attack:
CREATE TABLE odd (id int) PARTITION BY RANGE (id);
CREATE TABLE odd_part PARTITION OF odd FOR VALUES FROM (1) TO (fill_unseen('dmo_nearly', 6));
