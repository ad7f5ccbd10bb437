"""The picture is there before the sizes: which VMs are measured first, how often that is shown, and what is not asked again."""

from __future__ import annotations

import asyncio

import pytest

from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.app.measuring import FIRST_STEP
from hvtree.domain.errors import ConnectionFailure, Refused
from hvtree.domain.model import VirtualMachine, VmState, Volume
from hvtree.operations.delete import DeleteCheckpoints
from hvtree.values import replace
from tests.support.emulated import EmulatedHost
from tests.support.harness import Harness, with_harness
from tests.support.narrowing import not_none
from tests.support.plans import vm_at
from tests.support.trees import id_of, lab, vm
from tests.support.virtual_time import jump

MANY = lab(**{f"vm{number:02}": f"c{number}*" for number in range(40)})
LARGE = replace(
    lab(
        **{
            f"vm{number:02}": "base(" + " ".join(f"c{each}" for each in range(30)) + "*)"
            for number in range(40)
        }
    ),
    volumes=(Volume("D:", 1 << 50, 1 << 49),),
)
"""More than two parts."""
LAB = lab(web="base(p1(p2*) p3)", db="x*")


def asked_for(host: EmulatedHost) -> list[list[str]]:
    """Return the names of the VMs in each question for sizes."""
    names = {vm.id: vm.name for vm in host.state.vms.values()}
    return [[names[each] for each in one.args["ids"]] for one in host.requests if one.verb == "host.sizes"]


def measured(harness: Harness) -> set[str]:
    return {vm.name for vm in harness.state.vms.values() if vm.is_measured}


def test_the_tree_is_there_while_the_sizes_are_held_back() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("host.sizes")
        harness.host.lose()
        await harness.until(lambda: not harness.view.is_connected)
        await harness.connected()
        await harness.host.asked("host.sizes")
        assert harness.shape("web") == "base(p1(p2*) p3)"

    with_harness(LAB, story)


def test_a_host_is_shown_before_any_size_is_known_and_filled_in_later() -> None:
    async def story(harness: Harness) -> None:
        assert measured(harness) == set()
        assert all(each.size_bytes is None for each in harness.vm("web").checkpoints)
        before = harness.vm("web")
        await harness.measured()
        assert harness.vm("web").space.is_complete
        assert harness.vm("web") is not before

    with_harness(LAB, story, is_measured=False)


def test_vms_on_the_screen_are_measured_before_others_and_then_the_newest() -> None:
    async def story(harness: Harness) -> None:
        await harness.host.clock.pass_by(0.1)  # so long the screen needs to fill its first rows
        harness.workspace.look_at([vm_at("vm31"), vm_at("vm07")])
        await harness.measured()
        first, *_ = asked_for(harness.host)
        assert first[:2] == ["vm31", "vm07"]
        assert len(first) == FIRST_STEP
        everything = [name for names in asked_for(harness.host) for name in names]
        assert sorted(everything) == sorted(vm.name for vm in MANY.vms.values()), "each is asked for once"

    with_harness(MANY, story, is_measured=False)


def test_vms_that_somebody_waits_for_come_before_all_others() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("host.sizes")
        await harness.host.asked("host.sizes")
        waiting = asyncio.create_task(harness.workspace.measured([vm_at("vm05")]))
        await harness.host.asked("host.sizes", times=2)
        harness.host.release()
        await waiting
        assert harness.vm("vm05").is_measured
        assert asked_for(harness.host)[1] == ["vm05"]
        await harness.measured()

    with_harness(MANY, story, is_measured=False)


def test_a_screen_that_is_scrolled_comes_before_what_is_being_measured() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("host.sizes")
        harness.workspace.look_at([vm_at("vm31")])
        await harness.host.asked("host.sizes")
        (asked,) = asked_for(harness.host)
        unseen = next(each.name for each in MANY.vms.values() if each.name not in asked)
        harness.workspace.look_at([vm_at(unseen)])
        await harness.host.asked("host.sizes", times=2)
        assert asked_for(harness.host)[1][0] == unseen
        harness.host.release()
        await harness.measured()

    with_harness(MANY, story, is_measured=False)


@pytest.mark.parametrize(("vhd_delay_s", "steps"), [(0.0, [32, 78]), (1.0, [32, 16, 8, 4, 4])])
def test_a_slow_host_is_asked_for_fewer_vms_at_a_time_and_a_quick_one_for_more(
    vhd_delay_s: float, steps: list[int]
) -> None:
    async def story(harness: Harness) -> None:
        harness.host.hyperv.faults.vhd_delay_s = vhd_delay_s
        await harness.host.asked("host.sizes", times=len(steps))
        assert [len(names) for names in asked_for(harness.host)[: len(steps)]] == steps

    states = replace(lab(**{f"vm{number:03}": "c*" for number in range(110)}), volumes=LARGE.volumes)
    with_harness(states, story, is_measured=False)


def test_sizes_are_not_shown_vm_by_vm() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hyperv.faults.vhd_delay_s = 0.01
        shown: list[VirtualMachine] = []
        events = len(harness.events)
        await harness.measured()
        assert len(harness.events) - events < len(MANY.vms) / 2
        assert not shown

    with_harness(MANY, story, is_measured=False)


def test_a_slow_host_runs_two_get_vhds_at_most_and_each_file_once() -> None:
    async def story(harness: Harness) -> None:
        reads = harness.host.hyperv.vhd_reads
        harness.host.hyperv.faults.vhd_delay_s = 0.05
        await harness.measured()
        assert reads.most_at_once == 2
        assert len(reads.paths) == len(set(reads.paths)) == sum(len(vm.files) for vm in MANY.vms.values())

    with_harness(MANY, story, is_measured=False)


def test_later_readings_measure_only_what_changed_and_open_only_new_files() -> None:
    async def story(harness: Harness) -> None:
        reads = harness.host.hyperv.vhd_reads
        questions, opened, db = len(asked_for(harness.host)), len(reads.paths), harness.vm("db")
        harness.host.hyperv.checkpoint_vm(vm=[id_of("web")])
        await harness.until(lambda: len(harness.vm("web").checkpoints) == 5)
        await harness.measured()
        assert {name for names in asked_for(harness.host)[questions:] for name in names} == {"web"}
        assert reads.paths[opened:] == list(harness.vm("web").drives)
        assert harness.vm("db") is db

    with_harness(LAB, story)


def test_f5_measures_what_runs_once_more_and_leaves_it_the_same_object() -> None:
    async def story(harness: Harness) -> None:
        questions, web = len(asked_for(harness.host)), harness.vm("web")
        harness.workspace.refresh("vhost")
        await harness.host.asked("host.sizes", times=questions + 1)
        await harness.host.clock.pass_by(1)
        assert asked_for(harness.host)[questions:] == [["web"]]
        assert harness.vm("web") is web

    with_harness(lab(web=vm("base*", "web", state=VmState.RUNNING), db="x*"), story)


def test_a_wait_for_sizes_ends_with_the_connection_and_quietly() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("host.sizes")
        waiting = asyncio.create_task(harness.workspace.measured([vm_at("web")]))
        await harness.host.asked("host.sizes")
        harness.host.down = ConnectionFailure("The host is off.")
        harness.host.lose()
        await waiting
        assert harness.view.phase is ConnectionPhase.STALE
        assert not harness.vm("web").is_measured

    with_harness(LAB, story, is_measured=False)


def test_a_jump_of_the_clock_does_not_end_a_wait_for_sizes() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("host.sizes")
        waiting = asyncio.create_task(harness.workspace.measured([vm_at("web")]))
        await harness.host.asked("host.sizes")
        jump(3600)
        await harness.host.clock.pass_by(3)
        harness.host.release()
        await waiting
        assert harness.vm("web").is_measured

    with_harness(LAB, story, is_measured=False)


def test_a_wait_for_sizes_is_bounded() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("host.sizes")
        began_s = asyncio.get_running_loop().time()
        await harness.workspace.measured([vm_at("web")])
        assert asyncio.get_running_loop().time() - began_s <= 41
        assert not harness.vm("web").is_measured
        assert harness.view.is_connected

    with_harness(LAB, story, is_measured=False)


async def _connected_anew(harness: Harness) -> None:
    """Connect the host once more, which takes a second to read its VMs."""
    harness.host.hold("host.read")
    harness.workspace.remove_host("vhost")
    harness.workspace.add_host(*harness.host.logins[0])
    await harness.host.asked("host.read", 2)
    await harness.host.clock.pass_by(1)
    harness.host.release()


def test_a_large_host_appears_part_by_part_and_says_that_it_is_being_read() -> None:
    async def story(harness: Harness) -> None:
        seen: list[tuple[HostView, int]] = []

        def note(_event: object) -> None:
            views = harness.workspace.hosts
            seen.extend((view, len(view.state.vms) if view.state is not None else 0) for view in views)
            harness._changed.set()

        harness.workspace.listener = note
        await _connected_anew(harness)
        await harness.until(lambda: bool(seen) and seen[-1][0].is_connected)
        partly = [(view, count) for view, count in seen if view.is_being_read]
        assert partly, "the first part is shown"
        assert 0 < partly[0][1] < len(LARGE.vms)
        assert not partly[0][0].is_connected
        assert seen[-1][1] == len(LARGE.vms)
        assert not seen[-1][0].is_partial

    with_harness(LARGE, story)


def test_nothing_can_be_planned_on_a_host_of_which_only_a_part_is_there() -> None:
    async def story(harness: Harness) -> None:
        operation = DeleteCheckpoints((harness.ref("vm00", "c0"),))
        refused: list[str] = []

        def note(_event: object) -> None:
            harness._changed.set()
            if any(view.is_being_read for view in harness.workspace.hosts):
                with pytest.raises(Refused) as refusal:
                    harness.workspace.plan(operation)
                refused.append(refusal.value.what)

        harness.workspace.listener = note
        await _connected_anew(harness)
        await harness.until(lambda: bool(refused) and harness.view.is_connected)
        assert set(refused) == {"The host ‘vhost’ is still being read."}

    with_harness(LARGE, story)


def test_a_host_that_is_read_again_from_the_start_never_seems_to_have_lost_vms() -> None:
    async def story(harness: Harness) -> None:
        counts: set[int] = set()
        partly: set[bool] = set()

        def note(_event: object) -> None:
            harness._changed.set()
            counts.add(len(not_none(harness.view.state).vms))
            partly.add(harness.view.is_partial)

        harness.workspace.listener = note
        harness.host.lose()
        await harness.until(lambda: harness.host.attempts == 2 and harness.view.is_connected)
        assert (counts, partly) == ({len(LARGE.vms)}, {False})

    with_harness(LARGE, story)
