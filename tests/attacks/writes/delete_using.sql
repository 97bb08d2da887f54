-- Deletes by a join.
-- wants: write
-- attack:
DELETE FROM vlt_note n USING item i WHERE i.id = n.account;
