-- Listens and notifies.
-- attack:
LISTEN ears;
NOTIFY ears, 'hello';
UNLISTEN ears;
