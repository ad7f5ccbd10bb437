"""Sizes that come apart from the picture: what is kept, what is not known yet, and what that means elsewhere."""

from __future__ import annotations

import pytest

from hvtree.domain.address import CheckpointAddress
from hvtree.domain.fleet import Fleet
from hvtree.domain.model import VirtualMachine
from hvtree.domain.search import parse
from hvtree.domain.sizes import Measurement, measured, remembering
from hvtree.domain.words import sizes_words, space_words, sum_words
from hvtree.operations.apply import ApplyCheckpoint
from hvtree.operations.base import Plan
from hvtree.operations.delete import DeleteCheckpoints
from hvtree.operations.export import ExportCheckpoint
from hvtree.values import replace
from tests.support.trees import GB, READ_AT, id_of, lab, vm

WHOLE = vm("base(p1(p2*) p3)", "web")


def picture(owner: VirtualMachine) -> VirtualMachine:
    """Return a VM as a reading without sizes brings it."""
    bare = tuple(replace(each, state_bytes=None, size_bytes=None) for each in owner.checkpoints)
    return replace(owner, checkpoints=bare, files=(), is_measured=False)


def measurement(owner: VirtualMachine) -> Measurement:
    return Measurement(owner.id, owner.files, {each.id: each.state_bytes or 0 for each in owner.checkpoints})


PICTURE = picture(WHOLE)


def test_a_picture_with_its_sizes_is_the_vm_as_it_was_read_in_one() -> None:
    assert measured(PICTURE, measurement(WHOLE)) == WHOLE


def test_a_vm_that_is_measured_again_and_is_the_same_stays_the_same_object() -> None:
    assert measured(WHOLE, measurement(WHOLE)) is WHOLE


def test_sizes_of_a_vm_that_has_changed_meanwhile_do_not_count_as_measured() -> None:
    late = measured(PICTURE, measurement(WHOLE), is_current=False)
    assert late.space == WHOLE.space
    assert not late.is_measured


def test_a_vm_that_is_read_again_keeps_the_sizes_that_are_still_right() -> None:
    renamed = replace(PICTURE.checkpoints[0], name="other")
    again = remembering(replace(PICTURE, checkpoints=(renamed, *PICTURE.checkpoints[1:])), WHOLE)
    assert [each.size_bytes for each in again.checkpoints] == [each.size_bytes for each in WHOLE.checkpoints]
    assert again.files == WHOLE.files
    assert (again.is_measured, again.has_all_sizes) == (False, True)


def test_the_checkpoints_of_a_vm_that_is_read_again_stay_the_same_objects() -> None:
    again = remembering(PICTURE, WHOLE)
    assert all(new is old for new, old in zip(again.checkpoints, WHOLE.checkpoints, strict=True))


def test_a_new_checkpoint_and_one_on_other_files_have_no_size_yet() -> None:
    first, *others = PICTURE.checkpoints
    moved = replace(first, drives=("D:\\VMs\\web\\elsewhere.avhdx",))
    came = replace(first, id=id_of("web", "came"), parent_id=None)
    again = remembering(replace(PICTURE, checkpoints=(moved, *others, came)), WHOLE)
    assert [again.by_id[each].size_bytes for each in (moved.id, came.id)] == [None, None]
    assert again.by_id[moved.id].state_bytes == WHOLE.by_id[moved.id].state_bytes
    assert not again.has_all_sizes


def test_a_file_that_nothing_leads_to_any_more_is_forgotten() -> None:
    fewer = replace(PICTURE, checkpoints=PICTURE.checkpoints[:1], now_id=PICTURE.checkpoints[0].id)
    fewer = replace(fewer, drives=fewer.checkpoints[0].drives)
    again = remembering(fewer, WHOLE)
    assert [file.path for file in again.files] == list(fewer.drives)


@pytest.mark.parametrize(
    ("size_bytes", "is_complete", "words"),
    [(0, False, "…"), (2 * GB, False, "2 GB + …"), (0, True, "0 bytes")],
)
def test_a_sum_that_is_not_complete_says_so(size_bytes: int, is_complete: bool, words: str) -> None:
    assert sum_words(size_bytes, is_complete=is_complete) == words


def test_what_is_not_known_is_never_called_nothing() -> None:
    assert sizes_words([None, None]) == "…"
    assert sizes_words([GB, None]) == "1 GB + …"
    assert space_words(PICTURE.space, len(PICTURE.checkpoints)) == "being measured"
    one_more = replace(PICTURE.checkpoints[0], id="new")
    partly = remembering(replace(PICTURE, checkpoints=(*PICTURE.checkpoints, one_more)), WHOLE)
    assert "the rest is being measured" in space_words(partly.space, 5)


@pytest.mark.parametrize("text", ["larger:1", "-larger:1", "smaller:1000tb", "-smaller:1000tb"])
def test_a_size_that_is_not_known_is_found_by_no_condition_on_sizes(text: str) -> None:
    query = parse(text)
    assert not query.problems
    assert not query.found(PICTURE, READ_AT)
    assert query.found(WHOLE, READ_AT) or query.finds_vm(WHOLE, READ_AT) or text.startswith("-")
    assert not query.finds_vm(PICTURE, READ_AT)
    assert not query.finds_now(PICTURE, READ_AT)


def plans(owner: VirtualMachine) -> list[Plan]:
    fleet = Fleet.of({"vhost": lab(web=owner)})
    p1 = CheckpointAddress("vhost", owner.id, id_of("web", "p1"))
    operations = (
        DeleteCheckpoints((p1,)),
        ApplyCheckpoint(p1, safety=False),
        ExportCheckpoint(p1, "D:\\Exports"),
    )
    return [operation.plan(fleet) for operation in operations]


def test_a_plan_about_bytes_says_that_they_are_not_known_and_whom_it_waits_for() -> None:
    for plan in plans(PICTURE):
        said = " ".join(each.sentence for each in plan.consequences)
        assert "not known yet" in said
        assert "0 bytes" not in said
        assert plan.unmeasured == plan.vms
    for plan in plans(WHOLE):
        assert plan.unmeasured == ()
        assert "not known yet" not in " ".join(each.sentence for each in plan.consequences)


def test_a_plan_whose_host_tells_no_sizes_can_be_made_and_says_so() -> None:
    untold = replace(PICTURE, is_measured=True)
    delete = plans(untold)[0]
    assert delete.unmeasured == ()
    assert any("the host has not told" in each.sentence for each in delete.consequences)


def test_a_plan_that_loses_nothing_waits_for_no_sizes() -> None:
    p1 = CheckpointAddress("vhost", PICTURE.id, id_of("web", "p1"))
    plan = ApplyCheckpoint(p1, safety=True).plan(Fleet.of({"vhost": lab(web=PICTURE)}))
    assert plan.unmeasured == ()
