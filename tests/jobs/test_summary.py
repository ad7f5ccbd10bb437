"""What exists where, in sentences."""

from hvtree.domain.edits import Apply, Create, Delete, Rename, SetPower
from hvtree.domain.model import Activity, HostState, VmState
from hvtree.domain.power import Power
from hvtree.jobs.summary import name_of, what_is_where
from hvtree.values import replace
from tests.support.trees import id_of, lab, ref, vm

LAB = lab(web="base(p1(p2*) p3)", db="x*")
WEB = (id_of("web"),)


def about_web(after: HostState) -> str:
    (sentence,) = what_is_where(LAB, after, WEB)
    return sentence


def test_a_vm_on_which_nothing_happened() -> None:
    assert about_web(LAB) == "VM ‘web’ is Off and has no new checkpoint."


def test_a_state_that_changed_is_told_with_the_one_before() -> None:
    running = lab(web=vm("a*", "web", state=VmState.RUNNING))
    (sentence,) = what_is_where(running, SetPower(WEB, Power.SAVE).on(running), WEB)
    assert sentence.startswith("VM ‘web’ is Saved (it was Running)")


def test_a_new_checkpoint_is_named() -> None:
    assert "has the new checkpoint ‘new’" in about_web(Create(WEB, "new").on(LAB))


def test_many_lost_checkpoints_are_counted() -> None:
    after = Delete(tuple(ref(LAB, "web", name) for name in ("base", "p1", "p2", "p3"))).on(LAB)
    assert "no longer has the checkpoints ‘base’, ‘p1’, ‘p2’ and 1 more" in about_web(after)


def test_a_renamed_checkpoint_is_told_with_both_names() -> None:
    assert "‘p1’ renamed to ‘new’" in about_web(Rename(ref(LAB, "web", "p1"), "new").on(LAB))


def test_a_now_that_moved_is_told_with_its_place() -> None:
    assert "stands on ‘p3’" in about_web(Apply((ref(LAB, "web", "p3"),)).on(LAB))
    nowhere = LAB.with_vms(replace(LAB.vms[WEB[0]], now_id=None))
    assert "stands on no checkpoint" in about_web(nowhere)


def test_what_is_still_going_on_is_told_with_how_far_it_is() -> None:
    exporting = replace(LAB.vms[WEB[0]], activity=Activity.EXPORTING, percent=34)
    assert about_web(LAB.with_vms(exporting)).endswith(" VM ‘web’ is being exported (34 %).")


def test_a_vm_that_is_gone_is_told_by_the_name_it_had() -> None:
    empty = HostState.of("vhost", LAB.taken_at_utc, ())
    assert about_web(empty) == "VM ‘web’ is not on the host."


def test_things_are_called_by_their_names_and_by_their_ids_if_nobody_knows_them() -> None:
    assert name_of(id_of("web"), LAB) == "VM ‘web’"
    assert name_of(id_of("web", "p1"), LAB) == "Checkpoint ‘p1’ on VM ‘web’"
    assert name_of("nobody", LAB) == "nobody"
