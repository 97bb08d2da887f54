-- Reads rows from a function in FROM.
-- wants: read
-- attack:
SELECT secret FROM accounts();
SELECT * FROM ROWS FROM (accounts(), generate_series(1, 2)) AS r;
