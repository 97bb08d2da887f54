-- Hides among empty statements.
-- wants: read
-- attack:
-- together
;;/* ; */;--;
;SELECT secret FROM vlt_account;;
