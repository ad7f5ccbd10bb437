"""A difference between plan and host is told; what changes by itself is not."""

from datetime import timedelta

from hvtree.domain.agreement import disagreements
from hvtree.domain.edits import Apply, Create, Delete, Power, Rename, SetPower
from hvtree.domain.model import Activity, HostState, VmState
from hvtree.values import replace
from tests.support.narrowing import not_none
from tests.support.trees import READ_AT, id_of, lab, ref, vm, vm_named

WEB = (id_of("web"),)


def realised(state: HostState, real_id: str = "real-1") -> HostState:
    """Return a predicted state as the host would report it: with real ids in place of `new:…`."""
    web = state.vms[WEB[0]]
    now = READ_AT + timedelta(seconds=3)
    checkpoints = tuple(
        replace(each, id=real_id, created_utc=now) if each.id.startswith("new:") else each
        for each in web.checkpoints
    )
    now_id = real_id if web.now_id and web.now_id.startswith("new:") else web.now_id
    return state.with_vms(replace(web, checkpoints=checkpoints, now_id=now_id))


def test_a_state_agrees_with_itself_also_with_placeholders() -> None:
    expected = Create(WEB, "new one").on(lab(web="base(p1*)"))

    assert disagreements(expected, expected, WEB) == ()


def test_a_new_checkpoint_is_found_by_name_and_parent() -> None:
    expected = Create(WEB, "new one").on(lab(web="base(p1*)"))

    assert disagreements(expected, realised(expected), WEB) == ()


def test_a_new_checkpoint_of_a_used_name_is_not_taken_for_the_old_one() -> None:
    before = lab(web="base(x y*)")
    expected = Create(WEB, "x").on(before)

    assert disagreements(expected, before, WEB) == ("Checkpoint ‘x’ on VM ‘web’ is not there.",)


def test_two_new_checkpoints_one_below_the_other_are_both_found() -> None:
    before = lab(web="base*")
    expected = Create(WEB, "x").on(Create(WEB, "x").on(before))
    web = expected.vms[WEB[0]]
    names = {each.id: f"real-{number}" for number, each in enumerate(web.checkpoints[1:])}
    actual = expected.with_vms(
        replace(
            web,
            now_id=names[not_none(web.now_id)],
            checkpoints=tuple(
                replace(
                    each,
                    id=names.get(each.id, each.id),
                    parent_id=names.get(each.parent_id or "", each.parent_id),
                )
                for each in web.checkpoints
            ),
        )
    )

    assert disagreements(expected, actual, WEB) == ()


def test_a_checkpoint_that_should_have_gone_is_told() -> None:
    before = lab(web="base(p1(p2*))")
    expected = Delete((ref(before, "web", "p1"),)).on(before)

    assert disagreements(expected, before, WEB) == (
        "Checkpoint ‘p2’ on VM ‘web’ is below checkpoint ‘p1’ instead of checkpoint ‘base’.",
        "Checkpoint ‘p1’ on VM ‘web’ is still there.",
    )


def test_a_checkpoint_of_somebody_else_is_told() -> None:
    before = lab(web="base*")

    assert disagreements(before, realised(Create(WEB, "intruder").on(before)), WEB) == (
        "Checkpoint ‘intruder’ on VM ‘web’ has come unasked.",
        "VM ‘web’ stands on checkpoint ‘intruder’ instead of checkpoint ‘base’.",
    )


def test_a_new_checkpoint_that_came_below_one_of_somebody_else_is_said_to_be_there() -> None:
    before = lab(web="base*")
    meanwhile = realised(Create(WEB, "intruder").on(before))
    actual = realised(Create(WEB, "mine").on(meanwhile), "real-2")

    assert disagreements(Create(WEB, "mine").on(before), actual, WEB) == (
        "Checkpoint ‘mine’ on VM ‘web’ is below checkpoint ‘intruder’ instead of checkpoint ‘base’.",
        "Checkpoint ‘intruder’ on VM ‘web’ has come unasked.",
    )


def test_a_new_checkpoint_is_looked_for_in_vain_where_others_have_taken_two_of_its_name() -> None:
    before = lab(web="base*")
    one = realised(Create(WEB, "mine").on(realised(Create(WEB, "intruder").on(before))), "real-2")
    actual = realised(Create(WEB, "mine").on(one), "real-3")

    told = disagreements(Create(WEB, "mine").on(before), actual, WEB)
    assert "Checkpoint ‘mine’ on VM ‘web’ is not there." in told


def test_a_name_that_was_not_given_is_told() -> None:
    before = lab(web="base*")
    expected = Rename(ref(before, "web", "base"), "golden").on(before)

    assert disagreements(expected, before, WEB) == (
        "Checkpoint ‘base’ on VM ‘web’ should be called ‘golden’.",
    )


def test_now_on_another_checkpoint_is_told() -> None:
    before = lab(web="base(p1 p2*)")
    expected = Apply((ref(before, "web", "p1"),)).on(before)

    assert disagreements(expected, before, WEB) == (
        "VM ‘web’ stands on checkpoint ‘p2’ instead of checkpoint ‘p1’.",
    )


def test_another_state_of_the_vm_is_told() -> None:
    before = lab(web="base*")
    expected = SetPower(WEB, Power.START).on(before)

    assert disagreements(expected, before, WEB) == ("VM ‘web’ is Off, not Running.",)


def test_a_vm_on_its_way_has_not_arrived() -> None:
    expected = lab(web=vm("base*", "web", state=VmState.RUNNING))
    actual = lab(web=vm("base*", "web", state=VmState.STARTING))

    assert disagreements(expected, actual, WEB) == ("VM ‘web’ is Starting, not Running.",)


def test_a_vm_that_is_gone_is_told() -> None:
    assert disagreements(lab(web="base*"), lab(), WEB) == ("VM ‘web’ is not on the host.",)
    assert disagreements(lab(), lab(web="base*"), WEB) == ("VM ‘web’ is on the host, but should not be.",)


def test_sizes_activity_times_and_files_do_not_count() -> None:
    before = lab(web="base*")
    web = vm_named(before, "web")
    busy = replace(
        web,
        activity=Activity.MERGING,
        percent=40,
        status="Merging disks",
        files=(),
        drives=("D:\\other.avhdx",),
        checkpoints=(replace(web.checkpoints[0], size_bytes=9, has_memory=True),),
    )

    assert disagreements(before, before.with_vms(busy), WEB) == ()


def test_other_vms_are_not_looked_at() -> None:
    assert disagreements(lab(web="base*", db="x*"), lab(web="base*", db="y*"), WEB) == ()
