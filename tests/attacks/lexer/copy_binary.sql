-- Copies in the form that PostgreSQL had before version 7.3.
-- wants: read
-- attack:
-- together
COPY BINARY vlt_account TO STDOUT
