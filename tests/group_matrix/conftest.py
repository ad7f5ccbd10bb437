"""How many cases there were, and how their jobs ended."""

from __future__ import annotations

from collections import Counter
from itertools import chain

import pytest

FAILURE, ENDED = "group failure", "group ended"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = chain(*(terminalreporter.getreports(each) for each in ("passed", "failed")))
    found = [dict(each.user_properties) for each in reports if each.when == "call"]
    made = [each for each in found if ENDED in each]
    if made:
        failures = Counter(each[FAILURE] for each in made)
        ends = Counter(each[ENDED] for each in made)
        counts = ", ".join(f"{number} {end}" for end, number in ends.most_common())
        kinds = ", ".join(f"{number} with {failure}" for failure, number in sorted(failures.items()))
        terminalreporter.write_line(f"groups that went wrong: {len(made)} ({kinds}): {counts}")
