-- Copies with the options of PostgreSQL 7.3.
-- wants: read
-- attack:
-- together
COPY vlt_account TO STDOUT USING DELIMITERS '|'
