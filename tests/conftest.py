"""What all tests share: property tests find new examples at the desk and repeat the same ones in CI."""

from __future__ import annotations

import os

import pytest
from cohorts import OneCohort
from hypothesis import settings

settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture
def one_cohort(monkeypatch: pytest.MonkeyPatch) -> OneCohort:
    """Runs a store that wins 50,000 customers in its first month and nobody after it."""
    return OneCohort(monkeypatch)
