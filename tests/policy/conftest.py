"""Settings of the property tests: a busy machine must not make a sound test fail."""

from hypothesis import settings

settings.register_profile("pgtoll", deadline=None)
settings.load_profile("pgtoll")
