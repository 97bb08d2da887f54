-- Calls the function in a join condition.
-- wants: read
-- shows: item 1
-- attack:
SELECT i.title FROM item i JOIN customer c ON account_secret(i.id) = 'top-secret-4711 of 1' AND c.id = i.id;
