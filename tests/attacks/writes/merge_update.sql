-- Merges updates into a licensed table.
-- wants: write
-- attack:
MERGE INTO vlt_account a USING item i ON a.id = i.id WHEN MATCHED THEN UPDATE SET secret = i.title;
