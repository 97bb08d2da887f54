-- Copies columns out in binary.
-- wants: read
-- attack:
COPY vlt_account (secret) TO STDOUT (FORMAT binary);
