"""The options of the cuts. Loaded by every run of pytest, so it imports nothing of HVTree."""

from __future__ import annotations

import pytest

from tests.support.sweeps import seed_of

ALL = 0


def add_options(parser: pytest.Parser) -> None:
    """Describe the options of the cuts."""
    group = parser.getgroup("cuts", "cuts of connections in the middle of jobs (tests/cuts/README.md)")
    group.addoption(
        "--cuts",
        type=int,
        default=1,
        metavar="N",
        help="how many of each operation by each way to a host (default: %(default)s; 0 for all)",
    )
    group.addoption(
        "--real-outages",
        type=int,
        default=0,
        metavar="N",
        help="instead of them N cuts that last for 5 seconds by the clock, with the pauses that everybody has",
    )


def header(config: pytest.Config) -> list[str]:
    """Return the line that says which cuts are made."""
    each = config.getoption("--cuts")
    if each == ALL:
        return ["cuts: all of them"]
    return [
        f"cuts: {each} of each operation by each way, seed {seed_of(config)}; all with --cuts 0 (tests/cuts/README.md)"
    ]
