-- Copies the licensed table to the client.
-- wants: read
-- attack:
COPY vlt_account TO STDOUT;
