"""What happened between two readings, in sentences."""

from hvtree.domain.model import Activity, HostState, VmState
from hvtree.domain.names import isolated
from hvtree.domain.news import news
from hvtree.values import replace
from tests.support.trees import lab, vm


def told(before: HostState, after: HostState) -> list[str]:
    """The sentences, without the marks that keep names apart."""
    marks = isolated("|").split("|")
    return [sentence.replace(marks[0], "").replace(marks[-1], "") for sentence in news(before, after)]


def test_nothing_is_told_of_a_host_that_stayed_as_it_was() -> None:
    state = lab(web="a(b*)")
    assert told(state, state) == []


def test_a_new_checkpoint_is_one_sentence_although_now_follows_it() -> None:
    assert told(lab(web="a*"), lab(web="a(b*)")) == ["Checkpoint ‘b’ on VM ‘web’ was taken."]


def test_a_deleted_checkpoint_is_one_sentence_although_its_children_move_up() -> None:
    assert told(lab(web="a(b(c*))"), lab(web="a(c*)")) == ["Checkpoint ‘b’ on VM ‘web’ was deleted."]


def test_a_vm_that_is_taken_back_is_told() -> None:
    assert told(lab(web="a(b*)"), lab(web="a*(b)")) == ["VM ‘web’ was taken to checkpoint ‘a’."]


def test_a_new_name_is_told_with_the_old_one() -> None:
    before, machine = lab(web="a*"), vm("a*", "web")
    after = lab(web=replace(machine, checkpoints=(replace(machine.checkpoints[0], name="b"),)))
    assert told(before, after) == ["Checkpoint ‘a’ on VM ‘web’ was renamed to ‘b’."]


def test_states_and_merges_are_told_and_percents_are_not() -> None:
    machine = vm("a*", "web")
    merging = replace(machine, activity=Activity.MERGING, status="Merging disks", percent=10)
    running = lab(web=replace(machine, state=VmState.RUNNING))
    assert told(lab(web=machine), running) == ["VM ‘web’ is Running; it was Off."]
    assert told(lab(web=machine), lab(web=merging)) == ["VM ‘web’: Merging disks."]
    assert told(lab(web=merging), lab(web=replace(merging, percent=50))) == []


def test_vms_that_come_and_go_are_told() -> None:
    assert told(lab(web="a*"), lab(db="a(b*)")) == [
        "VM ‘db’ has come with 2 checkpoints.",
        "VM ‘web’ is gone.",
    ]
