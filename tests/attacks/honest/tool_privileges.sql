-- Asks what it may do.
-- attack:
SELECT has_table_privilege('customer', 'SELECT'), has_schema_privilege('office', 'USAGE'), has_column_privilege('item', 'title', 'UPDATE'), has_table_privilege('vlt_account', 'SELECT');
