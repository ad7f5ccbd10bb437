"""Which cuts are made in a run, and how many there were."""

from __future__ import annotations

from collections import Counter
from itertools import chain

import pytest

from tests.cuts import options
from tests.cuts.cases import every_case, real_outages, sample
from tests.support.sweeps import seed_of

STRUCK, VERDICT = "cut", "verdict"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        each, seed = metafunc.config.getoption("--cuts"), seed_of(metafunc.config)
        real = metafunc.config.getoption("--real-outages")
        cases = list(every_case()) if each == options.ALL else sample(seed, each=each)
        cases = list(dict.fromkeys(real_outages(seed, real))) if real else cases
        metafunc.parametrize("case", cases, ids=str)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = chain(*(terminalreporter.getreports(each) for each in ("passed", "failed")))
    found = [dict(each.user_properties) for each in reports if each.when == "call"]
    made = [each for each in found if VERDICT in each]
    if made:
        verdicts = Counter(str(each[VERDICT]) for each in made)
        counts = ", ".join(f"{number} {verdict}" for verdict, number in verdicts.most_common())
        struck = sum(bool(each[STRUCK]) for each in made)
        terminalreporter.write_line(f"cuts: {len(made)} jobs, {struck} of them cut: {counts}")
