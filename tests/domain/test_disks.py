"""Disk files: who writes where, and what is left when checkpoints have gone and all merges have ended."""

from hypothesis import given, settings
from hypothesis import strategies as st

from hvtree.domain.disks import Merge, chain, chains, file_uses, is_read_write, pending_files, settle
from hvtree.domain.edits import Apply, Create, Delete
from hvtree.domain.model import DiskFile, VirtualMachine
from hvtree.domain.paths import file_name
from hvtree.values import replace
from tests.support.machines import machines
from tests.support.trees import GB, id_of, lab, ref, vm, vm_named

BASE = "D:\\VMs\\web\\web.vhdx"


def web_after(tree: str, *names: str) -> VirtualMachine:
    """Return the VM of a tree after some of its checkpoints were deleted."""
    state = lab(web=tree)
    return vm_named(Delete(tuple(ref(state, "web", name) for name in names)).on(state), "web")


def links(machine: VirtualMachine) -> dict[str, str]:
    """Return by the name of each checkpoint, and for Now, the files from its own up to the root, in short."""
    short = {
        file.path.casefold(): f"{number}" for number, file in enumerate(vm_named(lab(web=TREE), "web").files)
    }
    owners = {each.name: each.drives[0] for each in machine.checkpoints} | {"Now": machine.drives[0]}
    return {
        owner: " ".join(short[file.path.casefold()] for file in chain(machine, path))
        for owner, path in owners.items()
    }


TREE = "c1(c2(c3*))"
"""Files: 0 is the base (c1), 1 the one that c2 froze, 2 that of c3, 3 the one Now writes to."""


def test_the_chain_of_a_new_lab_is_the_worked_example() -> None:
    assert links(web_after(TREE)) == {"c1": "0", "c2": "1 0", "c3": "2 1 0", "Now": "3 2 1 0"}


def test_deleting_the_parent_of_now_merges_nows_file_into_its() -> None:
    assert links(web_after(TREE, "c3")) == {"c1": "0", "c2": "1 0", "Now": "2 1 0"}


def test_deleting_an_inner_checkpoint_merges_the_next_file_into_its() -> None:
    assert links(web_after(TREE, "c2")) == {"c1": "0", "c3": "1 0", "Now": "3 1 0"}


def test_deleting_the_root_merges_the_next_file_into_the_base() -> None:
    assert links(web_after(TREE, "c1")) == {"c2": "0", "c3": "2 0", "Now": "3 2 0"}


def test_deleting_all_brings_the_vm_back_to_its_base() -> None:
    machine = web_after(TREE, "c1", "c2", "c3")

    assert links(machine) == {"Now": "0"}
    assert [file.path for file in machine.files] == [BASE]


def test_a_leaf_of_another_branch_goes_without_a_merge() -> None:
    before = vm_named(lab(web="c1(c2 c3*)"), "web")
    leaf = before.by_id[id_of("web", "c2")].drives[0]

    assert web_after("c1(c2 c3*)", "c2").files == tuple(file for file in before.files if file.path != leaf)


def test_a_file_with_two_dependents_stays_until_only_one_is_left() -> None:
    still_two = web_after("c1(c2 c3*)", "c1")
    assert len(still_two.files) == 4
    assert [file.path for file in pending_files(still_two)] == [BASE]

    then_one = web_after("c1(c2 c3*)", "c1", "c2")
    assert [len(links_up) for links_up in chains(then_one)] == [2]
    assert pending_files(then_one) == ()


def test_applying_throws_nows_file_away_and_begins_a_new_one() -> None:
    state = lab(web="c1(c2 c3*)")
    old_leaf = vm_named(state, "web").drives[0]

    web = vm_named(Apply((ref(state, "web", "c2"),)).on(state), "web")

    assert old_leaf not in {file.path for file in web.files}
    assert chain(web, web.drives[0])[1].path == web.by_id[id_of("web", "c2")].drives[0]


def test_applying_can_leave_a_file_with_one_dependent_which_then_merges() -> None:
    state = lab(web="c1(c2)")
    web = vm_named(Apply((ref(state, "web", "c2"),)).on(lab(web="c1(c2)")), "web")

    assert len(web.files) == 3

    state = Delete((ref(state, "web", "c1"),)).on(state)
    web = vm_named(Apply((ref(state, "web", "c2"),)).on(state), "web")

    assert web.by_id[id_of("web", "c2")].drives == (BASE,)
    assert len(web.files) == 2


def test_a_new_checkpoint_freezes_the_file_and_the_vm_writes_to_a_child_of_it() -> None:
    state = lab(web="c1*")
    frozen = vm_named(state, "web").drives

    web = vm_named(Create((id_of("web"),), "new").on(state), "web")

    assert web.checkpoints[-1].drives == frozen
    assert file_name(web.drives[0]) == "web_new-1.avhdx"
    assert is_read_write(web, web.drives[0].upper())
    assert not is_read_write(web, frozen[0])
    assert chain(web, web.drives[0])[1].path == frozen[0]


def test_a_vhd_gets_an_avhd() -> None:
    old = DiskFile("C:\\old.vhd", None, GB, GB)
    state = lab(web=vm("", "web", drives=(old.path,), files=(old,)))

    web = vm_named(Create((id_of("web"),), "new").on(state), "web")

    assert web.drives == ("C:\\old_new-1.avhd",)


def test_each_drive_has_its_own_chain() -> None:
    disks = [DiskFile(f"D:\\{name}.vhdx", None, GB, 4 * GB) for name in ("system", "data")]
    state = lab(web=vm("", "web", drives=tuple(each.path for each in disks), files=tuple(disks)))
    state = Create((id_of("web"),), "new").on(state)
    web = vm_named(state, "web")

    assert [len(each) for each in chains(web)] == [2, 2]

    web = vm_named(Delete((web.checkpoints[0].ref,)).on(state), "web")
    assert web.drives == ("D:\\system.vhdx", "D:\\data.vhdx")


def test_a_disk_that_people_based_on_another_one_by_hand_is_never_merged() -> None:
    golden = DiskFile("D:\\golden.vhdx", None, 8 * GB, 40 * GB)
    own = DiskFile("D:\\own.vhdx", golden.path, GB, 40 * GB)
    before = lab(web=vm("", "web", drives=(own.path,), files=(golden, own)))
    state = Create((id_of("web"),), "new").on(before)

    web = vm_named(Delete((vm_named(state, "web").checkpoints[0].ref,)).on(state), "web")

    assert web.drives == (own.path,)
    assert [file.path for file in web.files] == [golden.path, own.path]
    assert pending_files(web) == ()


def test_paths_compare_without_letter_case() -> None:
    state = lab(web=TREE)
    web = vm_named(state, "web")
    shouting = replace(web, drives=(web.drives[0].upper(),))

    after = Delete((ref(state, "web", "c3"),)).on(state.with_vms(shouting))

    assert links(vm_named(after, "web"))["Now"] == "2 1 0"


def test_links_in_a_circle_end_somewhere() -> None:
    files = (DiskFile("a", "b", 1, 1), DiskFile("b", "a", 1, 1))

    assert len(chain(vm("", "web", files=files), "a")) == 2
    assert len(settle(files, ["a"]).files) >= 1


def test_files_tell_who_uses_them() -> None:
    uses = file_uses(vm_named(lab(web="c1(c2 c3*)"), "web"))

    assert [(len(use.checkpoint_ids), use.is_read_write, use.dependents) for use in uses] == [
        (1, False, 2),
        (1, False, 0),
        (1, False, 1),
        (0, True, 0),
    ]


def test_a_file_never_grows_beyond_what_its_guest_sees() -> None:
    parent = DiskFile("p.vhdx", None, 9 * GB, 10 * GB)
    child = DiskFile("c.avhdx", "p.vhdx", 4 * GB, 10 * GB)

    merge = Merge(child, parent)

    assert (merge.moved_bytes, merge.growth_bytes) == (4 * GB, GB)
    assert settle((parent, child), ["c.avhdx"]).files == (replace(parent, size_bytes=10 * GB),)


def test_a_thousand_merges_into_one_file_and_a_thousand_files_that_go_are_settled() -> None:
    deep = "base*" + "".join(f"(p{number}" for number in range(1000)) + ")" * 1000
    wide = "base*(" + " ".join(f"p{number}" for number in range(1000)) + ")"

    for tree in (deep, wide):
        web = web_after(tree, *(f"p{number}" for number in range(1000)))
        assert [each.name for each in web.checkpoints] == ["base"]
        assert len(web.files) == 2


@given(machines("a"), st.data())
@settings(max_examples=100, deadline=None)
def test_deleting_never_loses_a_survivor_or_its_disk(machine: VirtualMachine, data: st.DataObject) -> None:
    machine = _with_disks(machine)
    names = data.draw(
        st.lists(st.sampled_from([each.id for each in machine.checkpoints] or [""]), unique=True)
    )
    doomed = [machine.by_id[name].ref for name in names if name]
    state = lab().with_vms(machine)

    after = Delete(tuple(doomed)).on(state).vms[machine.id]

    gone = {each.checkpoint_id for each in doomed}
    assert [each.id for each in after.checkpoints] == [
        each.id for each in machine.checkpoints if each.id not in gone
    ]
    assert after.now_id is None or after.now_id in after.by_id
    for each in after.checkpoints:
        assert _data(after, each.drives[0]) >= _blocks(machine, machine.by_id[each.id].drives[0])
    assert _data(after, after.drives[0]) >= _blocks(machine, machine.drives[0])


def _with_disks(machine: VirtualMachine) -> VirtualMachine:
    """Return each checkpoint a file of its own, and Now a leaf."""
    base = DiskFile("base.vhdx", None, 1, 10_000)
    file_of = {each.id: f"{each.id}.avhdx" for each in machine.checkpoints}
    files = [
        DiskFile(file_of[each.id], file_of.get(each.parent_id or "", base.path), 1, 10_000)
        for each in machine.checkpoints
    ]
    leaf = DiskFile("now.avhdx", file_of.get(machine.now_id or "", base.path), 1, 10_000)
    return replace(
        machine,
        checkpoints=tuple(replace(each, drives=(file_of[each.id],)) for each in machine.checkpoints),
        drives=(leaf.path,),
        files=(base, *files, leaf),
    )


def _blocks(machine: VirtualMachine, path: str) -> int:
    """Return how many bytes a chain holds."""
    return sum(file.size_bytes for file in chain(machine, path))


_data = _blocks
