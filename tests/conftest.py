"""What holds for the tests of every folder."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# By default an example that takes longer than 0.2 s fails its test, and so do examples that are slow to make: on a busy machine any is.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
