-- Deletes what has no match in the source.
-- wants: write
-- since: 17
-- attack:
MERGE INTO vlt_note n USING item i ON n.id = i.id WHEN NOT MATCHED BY SOURCE THEN DELETE;
