-- Gives a function with its owner's rights a text.
-- wants: write
-- attack:
SELECT run_as_keeper('DELETE FROM vlt_note');
