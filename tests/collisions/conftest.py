"""How many collisions there were."""

from __future__ import annotations

from collections import Counter
from itertools import chain

import pytest

COLLIDED, QUESTIONS, VERDICTS = "collisions", "questions", "verdicts"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = chain(*(terminalreporter.getreports(each) for each in ("passed", "failed")))
    found = [dict(each.user_properties) for each in reports if each.when == "call"]
    made = [each for each in found if COLLIDED in each]
    if made:
        verdicts = Counter(verdict for each in made for verdict in each[VERDICTS])
        collided = sum(each[COLLIDED] for each in made)
        asked = sum(each[QUESTIONS] for each in made)
        counts = ", ".join(f"{number} {verdict}" for verdict, number in verdicts.most_common())
        terminalreporter.write_line(
            f"collisions: {collided} in {verdicts.total()} jobs, asked again {asked} times: {counts}"
        )
