"""The options of the cuts. Loaded by every run of pytest, so it imports nothing of HVTree."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

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
        "--cuts-seed", type=int, metavar="N", help="repeat a sample (default: another one each day)"
    )


def seed(config: pytest.Config) -> int:
    """Return what the sample is drawn with: the same for all processes that share a run."""
    given: int | None = config.getoption("--cuts-seed")
    return datetime.now(UTC).date().toordinal() if given is None else given


def header(config: pytest.Config) -> list[str]:
    """Return the line that says which cuts are made."""
    each = config.getoption("--cuts")
    if each == ALL:
        return ["cuts: all of them"]
    return [
        f"cuts: {each} of each operation by each way, seed {seed(config)}; all with --cuts 0 (tests/cuts/README.md)"
    ]
