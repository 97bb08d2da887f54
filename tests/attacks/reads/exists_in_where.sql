-- Learns by EXISTS, row by row, what stands in the secret.
-- wants: read
-- shows: item 2
-- attack:
SELECT title FROM item i WHERE EXISTS (SELECT FROM vlt_account a WHERE a.id = i.id AND a.secret LIKE 'top-secret-4711 of 2');
