"""A group of which only some have gone back when the program died: the others follow, or those that went are taken back."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from hvtree.domain.difference import compare_vms
from hvtree.domain.edits import Apply, Power, SetPower
from hvtree.domain.errors import Refused
from hvtree.domain.fleet import Fleet
from hvtree.domain.group import Member
from hvtree.domain.model import VmState
from hvtree.jobs.job import Verdict
from hvtree.jobs.kept import KeptPlan, kept
from hvtree.jobs.made import MadeCheckpoints
from hvtree.jobs.offers import Offer
from hvtree.jobs.outcomes import Outcome
from hvtree.jobs.recovery import Recovery, look_at
from hvtree.operations.apply_group import ApplyGroupCheckpoint
from hvtree.operations.base import steps_of
from hvtree.values import replace
from tests.cli.kills import JOINT, LAB, STATES
from tests.jobs.test_apply_group import HOSTS, MEMBERS, states, taken
from tests.support.harness import Harness, with_harness
from tests.support.plans import sentences, titles, vm_at

APPLY = ApplyGroupCheckpoint(JOINT)
LOSE = ApplyGroupCheckpoint(JOINT, safety=False)


async def gone_back(harness: Harness, apply: ApplyGroupCheckpoint, names: tuple[str, ...]) -> Died:
    """Let the host do what a plan asks, but of its VMs take only some back; then its program dies."""
    plan = kept(harness.workspace.plan(apply))
    made = MadeCheckpoints()
    ids: list[str] = []
    wanted = {vm_at(name).vm_id for name in names}
    for step in steps_of(plan.phases):
        edit = made.resolved(step.edit, step.host_id)
        if isinstance(edit, Apply):
            edit = Apply(tuple(ref for ref in edit.refs if ref.vm_id in wanted))
        receipt = await harness.workspace._find_host(step.host_id).perform(edit, lambda _progress: None)
        made.add(step.host_id, receipt.taken)
        ids += [each.result_id for each in receipt.outcomes if each.result_id]
    for host_id in harness.hosts:
        await harness.workspace._find_host(host_id).read()
    return Died(harness, plan, tuple(ids))


class Died:
    """A job whose program is gone, as the next program finds it."""

    def __init__(self, harness: Harness, plan: KeptPlan, made: tuple[str, ...]) -> None:
        self.harness, self.plan, self.made = harness, plan, made

    def look(self) -> Recovery:
        return look_at(self.plan, self.made, self.harness.workspace.fleet)

    def offer(self, words: str) -> Offer:
        (found,) = [each for each in self.look().offers if each.words.startswith(words)]
        return found

    async def see_to_it(self, words: str) -> None:
        """Choose one offer, then whatever follows from it."""
        offers: tuple[Offer, ...] = (self.offer(words),)
        while offers:
            job = await self.harness.do(offers[0].operation)
            assert job.verdict is Verdict.AS_PLANNED, (offers[0].words, job.message)
            offers = self.look().offers

    def are_in(self, fleet: Fleet) -> bool:
        """Return whether all VMs are as in a fleet, in their trees and states."""
        pairs = ((fleet.vm(each), self.harness.workspace.fleet.vm(each)) for each in self.plan.vms)
        differences = (compare_vms(*pair) for pair in pairs)
        return not any(each is not None and each.is_substantial for each in differences)


SPLITS = [("running",), ("off", "saved"), ("running", "paused", "saved")]


@pytest.mark.parametrize("is_awake", [False, True], ids=["stopped", "brought back by the host"])
@pytest.mark.parametrize("apply", [APPLY, LOSE], ids=["with safety", "without"])
@pytest.mark.parametrize("names", SPLITS, ids=" ".join)
def test_the_others_follow(names: tuple[str, ...], apply: ApplyGroupCheckpoint, is_awake: bool) -> None:
    async def story(harness: Harness) -> None:
        died = await gone_back(harness, apply, names)
        await wake(harness, is_awake)
        await died.see_to_it("Go on and apply it")
        assert died.are_in(died.plan.expected)
        assert died.look().outcome is Outcome.AS_PLANNED
        assert died.look().is_settled

    with_harness(LAB, story)


@pytest.mark.parametrize("is_awake", [False, True], ids=["stopped", "brought back by the host"])
@pytest.mark.parametrize("names", SPLITS, ids=" ".join)
def test_those_that_went_are_taken_to_how_they_were(names: tuple[str, ...], is_awake: bool) -> None:
    async def story(harness: Harness) -> None:
        died = await gone_back(harness, APPLY, names)
        await wake(harness, is_awake)
        await died.see_to_it(f"Take {len(names)} VM")
        assert died.are_in(died.plan.before)
        assert died.look().outcome is Outcome.AS_BEFORE
        assert died.look().is_settled

    with_harness(LAB, story)


async def wake(harness: Harness, is_awake: bool) -> None:
    """Let the host start the VM that ran before, as it does when it hears nothing more."""
    if is_awake:
        start = SetPower((vm_at("running").vm_id,), Power.START)
        await harness.workspace._find_host(harness.host_id).perform(start, lambda _progress: None)
        await harness.workspace._find_host(harness.host_id).read()


def test_without_safety_checkpoints_nothing_leads_back() -> None:
    async def story(harness: Harness) -> None:
        died = await gone_back(harness, LOSE, ("running",))
        assert [each.words for each in died.look().offers] == [
            "Go on and apply it to 3 VMs",
            "Only bring 2 VMs back to Paused or Running",
        ]

    with_harness(LAB, story)


def test_the_plan_says_that_the_first_safety_checkpoints_hold_how_the_others_were() -> None:
    async def story(harness: Harness) -> None:
        died = await gone_back(harness, APPLY, ("running", "off"))
        name = next(each.name for each in harness.vm("saved").checkpoints if each.id in died.made)
        said = sentences(harness.workspace.plan(died.offer("Go on").operation))
        assert (
            f"How VMs ‘paused’ and ‘saved’ were before this broke off is kept in 2 safety checkpoints ‘{name}’: apply them to come "
            "back. What they may have done since is lost."
        ) in said
        assert not any("saved state" in each or "no way to undo" in each for each in said)

    with_harness(LAB, story)


def test_it_says_so_only_of_those_that_still_stand_there() -> None:
    async def story(harness: Harness) -> None:
        died = await gone_back(harness, APPLY, ("running", "off"))
        going_on = died.offer("Go on").operation.operation
        await harness.changed_by_somebody("saved")
        said = " ".join(sentences(harness.workspace.plan(going_on)))
        assert "How VM ‘paused’ was before this broke off is kept" in said
        assert "The saved state of VM ‘saved’" in said
        assert "there is no way to undo it" in said

    with_harness(LAB, story)


def test_the_plan_says_who_goes_what_is_lost_and_who_only_wakes() -> None:
    async def story(harness: Harness) -> None:
        died = await gone_back(harness, APPLY, ("running", "off"))
        plan = harness.workspace.plan(died.offer("Go on and apply it to 2 VMs").operation)
        assert plan.title == "Apply the group checkpoint ‘d’ to VMs ‘paused’ and ‘saved’"
        assert titles(plan) == ["Apply 2 checkpoints", "< Start 2 VMs", "< Pause 1 VM again"]
        said = " ".join(sentences(plan))
        assert "Everything written on VMs ‘paused’ and ‘saved’ since the last checkpoint" in said
        assert "VM ‘running’ stays where it stands; afterwards it is Running." in said
        assert "VM ‘off’ stays as it is." in said

    with_harness(LAB, story)


def test_they_start_in_the_order_of_the_group() -> None:
    order: Mapping[str, tuple[int, int]] = {"off": (1, 0), "paused": (2, 30), "running": (3, 0)}
    members = tuple(Member(vm_at(name), name, *order.get(name, (1, 0))) for name in STATES)

    async def story(harness: Harness) -> None:
        died = await gone_back(harness, replace(APPLY, members=members), ("running",))
        plan = harness.workspace.plan(died.offer("Go on").operation)
        assert [(each.title, each.wait_s) for each in plan.bring_back_steps] == [
            ("Start VM ‘paused’", 0),
            ("Start VM ‘running’", 30),
            ("Pause 1 VM again", 0),
        ]

    with_harness(LAB, story)


@pytest.mark.parametrize("words", ["Go on and apply it to 2 VMs", "Take 2 VMs back"])
def test_one_host_of_two_has_gone_back(words: str) -> None:
    async def story(harness: Harness) -> None:
        apply = await taken(harness)
        died = await gone_back(harness, apply, ("web", "off"))
        await died.see_to_it(words)
        assert states(harness) == MEMBERS
        assert died.look().is_settled

    with_harness(HOSTS, story)


def test_what_others_have_changed_meanwhile_stays_theirs_and_is_said() -> None:
    async def story(harness: Harness) -> None:
        died = await gone_back(harness, APPLY, ("running",))
        await harness.changed_by_somebody("off")
        shape = harness.shape("off")
        offer = died.offer("Go on and apply it to 2 VMs")
        assert "VM ‘off’ stays as it is." in sentences(harness.workspace.plan(offer.operation))
        await died.see_to_it("Go on")
        assert harness.shape("off") == shape
        assert {each.before.name: each.outcome for each in died.look().vms} == {
            "running": Outcome.AS_PLANNED,
            "paused": Outcome.AS_PLANNED,
            "saved": Outcome.AS_PLANNED,
            "off": Outcome.CHANGED,
        }
        assert harness.vm("running").state is VmState.RUNNING

    with_harness(LAB, story)


def test_what_others_have_deleted_meanwhile_is_refused_by_name() -> None:
    async def story(harness: Harness) -> None:
        died = await gone_back(harness, APPLY, ("running",))
        offer = died.offer("Go on and apply it to 3 VMs")
        gone = harness.ref("paused", "d").checkpoint_id
        harness.host.hyperv.remove_vm_snapshot(vm_snapshot=[gone])
        await harness.until(lambda: gone not in harness.vm("paused").by_id)
        with pytest.raises(Refused) as refused:
            harness.workspace.plan(offer.operation)
        assert refused.value.what == "VM ‘paused’ is not as it was when this was offered."
        assert "Go on and apply it to 2 VMs" in [each.words for each in died.look().offers], "the others"

    with_harness(LAB, story)
