"""HVTree is killed, stands still, or is cut off in the middle of a job that stops VMs: its host brings them back by itself."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.killed.course import Course, States, course

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")

PAUSED: Callable[[States], bool] = lambda states: states["web"] == "Paused"  # noqa: E731
SAVING: Callable[[States], bool] = lambda states: "Saving" in states.values()  # noqa: E731
SAVED: Callable[[States], bool] = lambda states: states["db"] == states["dc"] == "Saved"  # noqa: E731
STARTING: Callable[[States], bool] = lambda states: "Starting" in states.values()  # noqa: E731
OFF: Callable[[States], bool] = lambda states: states["web"] == "Off"  # noqa: E731


@contextmanager
def at(moment: Callable[[States], bool], job: str, home: Path) -> Iterator[Course]:
    """Begin a job and wait for a moment of it; whatever the test does then, the facts hold in the end."""
    with course(job, home) as it:
        it.until(moment)
        yield it
        it.assert_facts()


@pytest.mark.parametrize(
    "moment", [PAUSED, SAVING, SAVED, STARTING], ids=["paused", "saving", "saved", "starting"]
)
def test_a_group_whose_program_is_killed_is_brought_back(
    tmp_path: Path, moment: Callable[[States], bool]
) -> None:
    with at(moment, "group", tmp_path) as it:
        it.kill()
        assert it.is_back(), it.states


def test_a_vm_that_was_turned_off_for_a_checkpoint_is_started(tmp_path: Path) -> None:
    with at(OFF, "apply and start", tmp_path) as it:
        it.kill()
        assert it.is_back(), it.states


def test_a_vm_is_not_started_from_a_checkpoint_that_was_to_be_applied_and_no_more(tmp_path: Path) -> None:
    with at(OFF, "apply", tmp_path) as it:
        it.kill()


def test_a_program_that_stood_still_for_too_long_finds_its_vms_back_and_starts_none_again(
    tmp_path: Path,
) -> None:
    with at(SAVED, "group", tmp_path) as it:
        it.stop()
        assert it.is_back(), it.states
        it.go_on()
        assert it.verdict["verdict"] == "failed"


def test_a_program_that_stood_still_for_a_moment_finds_its_job_intact(tmp_path: Path) -> None:
    with at(SAVED, "group", tmp_path) as it:
        it.stop()
        it.go_on()
        assert it.verdict["verdict"] == "as planned"


def test_a_group_that_is_cut_off_for_good_is_brought_back(tmp_path: Path) -> None:
    with at(SAVED, "group", tmp_path) as it:
        it.cut_for_good()
        assert it.is_back(), it.states


def test_a_group_whose_connection_is_resumed_in_time_is_taken_as_planned(tmp_path: Path) -> None:
    with at(SAVED, "group", tmp_path) as it:
        it.cut()
        assert it.verdict["verdict"] == "as planned"
