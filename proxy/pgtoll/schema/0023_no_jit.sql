-- A server may compile a query that it takes for costly. Ours seem to be, for there are functions in
-- them, and are not: to compile what is looked at behind unread code takes a second, to run it some
-- milliseconds.
ALTER FUNCTION pgtoll.before_watch(int[]) SET jit = off;
ALTER FUNCTION pgtoll.watched(int, int[], int[], boolean) SET jit = off;
ALTER FUNCTION pgtoll.settled(bigint, text, int, int[], int[]) SET jit = off;
ALTER FUNCTION pgtoll.forget() SET jit = off;
ALTER FUNCTION pgtoll.note(int[], boolean) SET jit = off;
ALTER FUNCTION pgtoll.account(int, int[], int[], boolean) SET jit = off;
ALTER FUNCTION pgtoll.account_committed(int, int[], int[]) SET jit = off;
