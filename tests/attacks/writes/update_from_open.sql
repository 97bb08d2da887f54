-- Updates from an open table.
-- wants: write
-- attack:
UPDATE vlt_account a SET secret = i.title FROM item i WHERE i.id = a.id;
