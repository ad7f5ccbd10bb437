"""A job whose connection is cut anywhere has exactly one effect, a true verdict, and leaves nothing stopped."""

from __future__ import annotations

from collections.abc import Callable

from tests.cuts.cases import OPERATIONS, Case
from tests.cuts.conftest import STRUCK, VERDICT
from tests.cuts.cut_job import run
from tests.cuts.operations import operations
from tests.cuts.verdicts import complaints
from tests.support.every_verb import every_verb


def test_what_is_said_after_a_cut_is_what_the_host_says(
    case: Case, record_property: Callable[[str, object], None]
) -> None:
    outcome = run(case)
    record_property(STRUCK, outcome.has_struck)
    record_property(VERDICT, str(outcome.job.verdict))  # xdist passes on plain values alone
    assert complaints(outcome) == [], str(outcome)


def test_no_operation_is_missing() -> None:
    assert {each.verb for each in operations().values()} == every_verb()
    assert {*operations(), "undo"} == {*OPERATIONS}
