"""From when on something is worth a warning."""

import pytest

from hvtree.domain.model import Volume
from hvtree.domain.thresholds import is_near_limit, is_nearly_full


@pytest.mark.parametrize(("checkpoints", "is_near"), [(40, False), (41, True), (50, True), (60, True)])
def test_a_vm_with_room_for_fewer_than_ten_checkpoints_is_near_the_limit(
    checkpoints: int, is_near: bool
) -> None:
    assert is_near_limit(checkpoints) is is_near


@pytest.mark.parametrize(("free", "is_full"), [(4, True), (5, False)])
def test_a_volume_with_less_than_a_twentieth_free_is_nearly_full(free: int, is_full: bool) -> None:
    assert is_nearly_full(Volume("C:", 100, free)) is is_full
