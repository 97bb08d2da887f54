-- Surrounds the statement with empty ones.
-- wants: read
-- attack:
-- together
;;; ; SELECT read_any('SELECT secret FROM vlt_account') ;; ; ;
