"""Nothing that others wrote brings a reader down: a short form of `python -m tests.fuzz` (README.md)."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tests.fuzz.inputs import made
from tests.fuzz.target import NAMES
from tests.fuzz.targets import targets

EXAMPLES = 40
"""For each target in an ordinary run."""


def test_every_target_has_a_name() -> None:
    assert tuple(targets()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_reader_takes_its_samples(name: str) -> None:
    for sample in targets()[name].samples:
        targets()[name].read(sample)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 1 << 32))
def test_a_reader_raises_nothing_but_what_it_promises(name: str, seed: int) -> None:
    data = made(targets()[name], Random(seed))
    note(repr(data[:2_000]))
    targets()[name].read(data)
