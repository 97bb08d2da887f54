-- Copies a table out.
-- wants: read
-- attack:
COPY vlt_account TO STDOUT;
