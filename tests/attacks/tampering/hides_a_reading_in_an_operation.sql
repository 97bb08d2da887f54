-- Lets the answer about an operation say what it has read.
-- wants: read
-- attack:
SELECT pgtoll.check_operation_license((SELECT secret FROM vlt_account LIMIT 1));
SELECT message FROM pgtoll.operation_license((SELECT max(secret) FROM vlt_account));
SELECT a.message FROM office."VltMixed" m, pgtoll.operation_license(m."Secret") a;
SELECT message FROM pgtoll.operation_license(query_to_xml('TABLE vlt_account', true, false, '')::text);
