-- Merges deletes into a licensed table.
-- wants: write
-- attack:
MERGE INTO vlt_note n USING item i ON n.id = i.id WHEN MATCHED THEN DELETE;
