"""States, activities, kinds and types in words."""

import pytest

from hvtree.domain.checkpoint import CheckpointKind
from hvtree.domain.model import Activity, CheckpointType, VmState
from hvtree.domain.state_words import (
    activity_words,
    kind_words,
    percent_words,
    state_words,
    status_words,
    type_words,
)
from hvtree.values import replace
from tests.support.trees import vm


def test_a_percentage_stays_between_0_and_100() -> None:
    assert [percent_words(value) for value in (-3, 40, 120)] == ["0\u202f%", "40\u202f%", "100\u202f%"]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (VmState.RUNNING, "Running"),
        (VmState.FAST_SAVED, "Fast saved"),
        (VmState.OFF_CRITICAL, "Off (critical)"),
    ],
)
def test_a_state_is_said_in_words(state: VmState, words: str) -> None:
    assert state_words(state) == words


def test_each_activity_has_words() -> None:
    busy = vm("a*")
    for activity in Activity:
        assert activity_words(replace(busy, activity=activity))


def test_state_and_activity_are_said_in_one_line() -> None:
    merging = replace(vm("a*"), activity=Activity.MERGING, percent=40)
    assert status_words(merging) == "Off · Merging disks 40\u202f%"


def test_each_kind_of_checkpoint_has_words_of_its_own() -> None:
    (checkpoint,) = vm("a").checkpoints
    words = {kind_words(replace(checkpoint, kind=kind)) for kind in CheckpointKind}
    assert len(words) == len(CheckpointKind)


def test_each_type_of_checkpoint_has_words_of_its_own() -> None:
    assert len(set(map(type_words, CheckpointType))) == len(CheckpointType)
