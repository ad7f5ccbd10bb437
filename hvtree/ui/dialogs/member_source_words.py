"""Where the members of a new group come from, in sentences: what they are, or why there are none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from hvtree.domain.fleet import Fleet
from hvtree.domain.found_vms import FoundVms
from hvtree.domain.group import Member
from hvtree.domain.names import quoted
from hvtree.domain.search import Query
from hvtree.domain.vm_group_choice import Chosen, Known, VmGroupChoice
from hvtree.domain.words import count_words
from hvtree.ui.format import shown_name

ASKS = "The hosts are asked for their VM groups…"
NOTHING_TYPED = "Type what the filter of the window would find."
_NAMED = 3
"""How many names are said."""


def choice_words(choice: VmGroupChoice, comes_to: Chosen, fleet: Fleet) -> str:
    """Return a VM group as it can be chosen: "Web shop on HV01, 3 VMs"."""
    hosts = [fleet.hosts[host_id].host for host_id, _group in choice.places if host_id in fleet.hosts]
    where = shown_name(hosts[0]) if len(hosts) == 1 else f"{len(hosts):,} hosts"
    which = "" if choice.is_alone else f" ({choice.places[0][1].id})"
    return f"{shown_name(choice.name)}{which} on {where}, {count_words(len(comes_to.vms), 'VM')}"


def vm_group_words(found: Chosen) -> str:
    """Return what there is to say of the VMs in a VM group, whose members are shown beside it."""
    said = []
    if found.inner:
        groups = count_words(found.inner, "VM group")
        said.append(
            f"It holds {groups}; the VMs in {'that' if found.inner == 1 else 'all of them'} are its members."
        )
    if not found.vms:
        said.append("There is no VM in it." if not found.lost else "None of its VMs is there.")
    elif found.lost:
        are = "is" if found.lost == 1 else "are"
        said.append(f"{count_words(found.lost, 'more VM')} of it {are} not on the host, and left out.")
    return " ".join(said)


def no_vm_groups_words(known: Known, problems: Sequence[str], fleet: Fleet) -> str:
    """Return which hosts have no VM groups, and why others have told none."""
    hosts = [fleet.hosts[host_id].host for host_id in known if host_id in fleet.hosts]
    if len(hosts) == 1:
        none = f"The host {quoted(hosts[0])} has no VM groups."
    else:
        none = f"None of the {len(hosts):,} hosts has VM groups." if hosts else ""
    return " ".join(filter(None, (none, *problems)))


def filter_words(found: FoundVms, query: Query, fleet: Fleet) -> str:
    """Return what a filter finds, and what it does not."""
    more = len(found.by_checkpoints)
    if not found.meant:
        said = " ".join(("It finds no VM.", *query.remarks))
    elif not found.themselves:
        said = f"It is about checkpoints: {count_words(more, 'VM')} {'has' if more == 1 else 'have'} such."
    elif more:
        said = f"Of {count_words(more, 'more VM')} it finds checkpoints only, so {'it is' if more == 1 else 'they are'} not ticked."
    else:
        said = ""
    unknown = sum(not vm.space.is_complete for state in fleet.hosts.values() for vm in state.vms.values())
    if query.needs_sizes and unknown:
        said += f" {count_words(unknown, 'VM')} may be missing: not all sizes are known yet."
    return said.strip()


def twin_words(members: Iterable[Member]) -> str:
    """Return which members share a name; empty if none do."""
    counts = Counter(each.name.casefold() for each in members)
    first = {each.name.casefold(): each.name for each in members}
    twins = [first[name] for name, count in counts.items() if count > 1]
    if not twins:
        return ""
    names = ", ".join(quoted(each) for each in twins[:_NAMED]) + (
        " and others" if len(twins) > _NAMED else ""
    )
    return f"Several members are called {names}; each is known by its own id."
