"""Whatever goes wrong at any phase with any member: all are in their former states, and the checkpoints are all there or as before."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hvtree.jobs.wait_idle import TimeLimits
from tests.group_matrix.cases import CASES, STATES, Case, labs
from tests.group_matrix.conftest import ENDED, FAILURE
from tests.group_matrix.group_job import GroupJob
from tests.support.harness import Harness, with_harness
from tests.support.independent_reading import Machines, expected_of, read

LIMITS = TimeLimits(idle_s=900, reconnect_s=300)


def machines(harness: Harness) -> dict[str, Machines]:
    return {host_id: read(host.hyperv) for host_id, host in harness.hosts.items()}


def states(found: dict[str, Machines]) -> dict[str, str]:
    return {each.name: each.state for those in found.values() for each in those.values()}


def trees(found: dict[str, Machines]) -> dict[str, object]:
    return {each.name: each.tree for those in found.values() for each in those.values()}


@pytest.mark.sweep("case", CASES, most=40)
def test_it_is_whole_or_as_before(case: Case, record_property: Callable[[str, object], None]) -> None:
    async def story(harness: Harness) -> None:
        job = GroupJob(harness, case)
        operation = await job.operation()
        before = machines(harness)
        ended = await job.go_wrong(operation)
        assert job.has_struck, "it never came to that moment"
        after = machines(harness)
        whole = {host_id: expected_of(ended.plan, host_id, those) for host_id, those in before.items()}
        said = f"{ended.verdict}: {ended.message}"
        assert states(after) == {name: state.value for name, state in STATES.items()}, said
        is_whole, is_as_before = trees(after) == trees(whole), trees(after) == trees(before)
        assert is_whole or is_as_before, f"{trees(after)}\n{said}"
        record_property(FAILURE, case.failure.value)
        record_property(ENDED, "whole" if is_whole else "as before")

    with_harness(labs(case.hosts), story, LIMITS, is_measured=False)
