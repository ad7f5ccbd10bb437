"""From when on something is worth a warning."""

import pytest

from hvtree.domain.disks import FRESH_BYTES
from hvtree.domain.model import Volume
from hvtree.domain.thresholds import is_full, is_near_limit, is_nearly_full, is_over_limit
from tests.support.trees import GB


@pytest.mark.parametrize(("checkpoints", "is_near"), [(40, False), (41, True), (50, True), (60, True)])
def test_a_vm_with_room_for_fewer_than_ten_checkpoints_is_near_the_limit(
    checkpoints: int, is_near: bool
) -> None:
    assert is_near_limit(checkpoints) is is_near


@pytest.mark.parametrize(("checkpoints", "is_over"), [(49, False), (50, False), (51, True), (1000, True)])
def test_a_vm_with_more_than_fifty_is_over_the_limit(checkpoints: int, is_over: bool) -> None:
    assert is_over_limit(checkpoints) is is_over


@pytest.mark.parametrize(
    ("free", "total", "full"),
    [(0, GB, True), (FRESH_BYTES - 1, GB, True), (FRESH_BYTES, GB, False), (0, 0, False)],
)
def test_a_volume_without_room_for_another_differencing_disk_is_full(
    free: int, total: int, full: bool
) -> None:
    assert is_full(Volume("F:", total, free)) is full


@pytest.mark.parametrize(("free", "is_nearly"), [(4, True), (5, False)])
def test_a_volume_with_less_than_a_twentieth_free_is_nearly_full(free: int, is_nearly: bool) -> None:
    assert is_nearly_full(Volume("C:", 100, free)) is is_nearly
