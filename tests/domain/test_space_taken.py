"""What a VM takes on disk because of its checkpoints, part by part."""

from hvtree.domain.model import DiskFile, SpaceTaken
from hvtree.values import replace
from tests.support.trees import GB, MB, log_collector, vm


def test_the_files_that_a_vm_writes_to_now_count() -> None:
    assert log_collector().space == SpaceTaken(checkpoint_bytes=72 * 1024, written_bytes=113 * GB)


def test_frozen_files_and_memory_count_and_the_base_disk_does_not() -> None:
    assert vm("a~(b(c*))").space == SpaceTaken(2 * (GB + MB) + 2 * GB, 0, GB)


def test_a_vm_without_checkpoints_takes_nothing() -> None:
    assert vm("").space == SpaceTaken()


def test_the_file_of_a_deleted_checkpoint_is_left_over_until_it_is_merged() -> None:
    merging = vm("a(b*)")
    kept = replace(merging, checkpoints=merging.checkpoints[:1], now_id=merging.checkpoints[0].id)
    assert kept.space == SpaceTaken(MB, GB, GB)


def test_a_file_that_two_checkpoints_froze_counts_once() -> None:
    owner = vm("a(b*)")
    first, second = owner.checkpoints
    twin = replace(first, drives=tuple(drive.upper().replace("\\", "/") for drive in second.drives))
    assert replace(owner, checkpoints=(twin, second)).space == SpaceTaken(2 * MB + GB, 0, GB)


def test_a_drive_without_checkpoints_adds_nothing() -> None:
    owner = log_collector()
    by_hand = DiskFile("D:\\VMs\\web\\data.vhdx", "D:\\golden.vhdx", 9 * GB, 40 * GB)
    more = replace(owner, drives=(*owner.drives, by_hand.path), files=(*owner.files, by_hand))
    assert more.space == owner.space


def test_what_several_vms_take_is_the_sum_of_each_part() -> None:
    vms = [log_collector(), vm("a~(b(c*))"), replace(vm("d*"), is_measured=False, files=())]
    spaces = [each.space for each in vms]
    assert not spaces[-1].is_written_complete
    assert SpaceTaken.of_all(vms) == sum(spaces, SpaceTaken())
    assert SpaceTaken.of_all(vms[:2]) == SpaceTaken(
        sum(each.checkpoint_bytes for each in spaces[:2]),
        sum(each.leftover_bytes for each in spaces[:2]),
        sum(each.written_bytes for each in spaces[:2]),
    )
