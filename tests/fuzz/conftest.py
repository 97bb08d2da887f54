"""How long the fuzz tests run: shortly with the others, for longer when `make fuzz` asks."""

import os

from hypothesis import settings

# A test that sets `max_examples` itself is not made longer.
if examples := os.environ.get("PGTOLL_FUZZ_EXAMPLES"):
    settings.register_profile("long", max_examples=int(examples), deadline=None)
    settings.load_profile("long")
