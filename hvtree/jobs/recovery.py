"""What became of a job whose program ended in the middle, and what can be done about it, VM by VM."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from hvtree.domain.fleet import Fleet
from hvtree.domain.model import VirtualMachine
from hvtree.jobs.kept import KeptPlan
from hvtree.jobs.offers import Offer, offers_for
from hvtree.jobs.outcomes import FoundVm, Outcome, find, place_now


class Recovery(Struct, frozen=True):
    """What became of an unfinished job."""

    title: str
    vms: tuple[FoundVm, ...]
    offers: tuple[Offer, ...]

    @property
    def outcome(self) -> Outcome | None:
        """The outcome, if it is the same for all VMs."""
        outcomes = {each.outcome for each in self.vms}
        return outcomes.pop() if len(outcomes) == 1 else None

    @property
    def is_settled(self) -> bool:
        """There is nothing to do: all VMs are as before or as planned, in their states."""
        return self.outcome in (Outcome.AS_BEFORE, Outcome.AS_PLANNED) and not self.offers

    @property
    def awaited(self) -> tuple[VirtualMachine, ...]:
        """The VMs with which their hosts are not done yet, if nothing can be done before they are."""
        at_work = tuple(each.now for each in self.vms if each.now is not None and each.is_at_work)
        return () if self.offers else at_work


def look_at(plan: KeptPlan, made: Iterable[str], fleet: Fleet) -> Recovery:
    """Return what became of a job; `made` are the ids of the checkpoints that hosts have said to have taken for it."""
    found = tuple(find(plan, address, fleet) for address in plan.vms)
    return Recovery(plan.title, found, tuple(offers_for(plan, found, frozenset(made), fleet)))


def touched_hosts(plan: KeptPlan, fleet: Fleet) -> tuple[str, ...]:
    """Return the hosts on which the VMs of a job are now, as far as they can be seen."""
    places = (place_now(address, fleet) for address in plan.vms)
    return tuple(dict.fromkeys(place.host_id for place in places if place is not None))
