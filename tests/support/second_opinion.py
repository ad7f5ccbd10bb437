"""An emulated host beside the predictions: carry out edits, let everything come to rest, and compare."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hvtree.domain.agreement import disagreements as disagreements_in_words
from hvtree.domain.difference import matching_ids
from hvtree.domain.disks import chain
from hvtree.domain.edits import Edit
from hvtree.domain.model import HostState, VirtualMachine, Volume
from hvtree.domain.paths import path_key
from hvtree.emulator.agent import actions
from hvtree.emulator.agent.leases import Leases
from hvtree.emulator.agent.records import disk_record, iso, vm_record
from hvtree.hosts.inventory import vm_of
from hvtree.hosts.messages import Request, Result
from hvtree.hosts.wire_verbs import question
from tests.support.virtual_host import VirtualHost


@dataclass
class SecondOpinion:
    """An emulated host that is asked in the words of the wire, and read as domain values."""

    emulated: VirtualHost

    def read(self) -> HostState:
        """Return the host as it is now."""
        host = self.emulated.host
        readings = [host.read_vm(vm.id) for vm in host.get_vm().objects]
        vms = [
            vm_of(vm_record(reading, str, tuple(map(disk_record, reading.disks))))
            for reading in readings
            if reading is not None
        ]
        volumes = [Volume(each.name, each.size, each.size_remaining) for each in host.get_volume()]
        return HostState.of(host.facts.name, host.clock.now(), vms, volumes)

    def perform(self, edit: Edit) -> tuple[Result, ...]:
        """Carry out an edit until it is answered; merges may go on."""
        asked = question(edit)
        request = Request("1", asked.verb, asked.args)
        host = self.emulated.host
        leases = Leases(host, lambda act: act(), lambda: None)
        action = actions.begin(host, request, lambda: iso(host.clock.now()), leases)
        self.emulated.clock.run_until(lambda: action.is_done)
        return action.answer()

    def settle(self) -> None:
        """Let all merges end."""
        self.emulated.settle()


def disagreements(expected: HostState, actual: HostState) -> list[str]:
    """Return everything in which a prediction and the host differ once all is at rest: trees, states, memory, disks."""
    found = list(disagreements_in_words(expected, actual, {**expected.vms, **actual.vms}))
    if not found:
        for vm_id, want in expected.vms.items():
            found += _memory(want, actual.vms[vm_id])
            found += _disks(want, actual.vms[vm_id])
    return found


def _memory(want: VirtualMachine, have: VirtualMachine) -> Iterable[str]:
    ids = matching_ids(want, have)
    for each in want.checkpoints:
        if have.by_id[ids[each.id]].has_memory != each.has_memory:
            yield f"{each.name} on {want.name}: memory is not {each.has_memory}"
    if have.memory_bytes != want.memory_bytes:
        yield f"{want.name} takes {have.memory_bytes} bytes of memory, not {want.memory_bytes}"


def _disks(want: VirtualMachine, have: VirtualMachine) -> Iterable[str]:
    ids = matching_ids(want, have)
    known = {path_key(file.path) for file in want.files if not _is_new(file.path)}
    owners = [(each.name, each.drives, have.by_id[ids[each.id]].drives) for each in want.checkpoints]
    for name, wanted, drives in [*owners, ("Now", want.drives, have.drives)]:
        links = [_links(want, path, known) for path in wanted]
        actual = [_links(have, path, known) for path in drives]
        if links != actual:
            yield f"{name} on {want.name} stands on {actual}, not on {links}"
    if _names(want, known) != _names(have, known):
        yield f"{want.name} has the files {_names(have, known)}, not {_names(want, known)}"
    sizes = {path_key(file.path): file.size_bytes for file in have.files}
    for file in want.files:
        if sizes.get(path_key(file.path), 0) > file.size_bytes:
            yield f"{file.path} is larger than the worst case"


def _links(vm: VirtualMachine, path: str, known: set[str]) -> list[str]:
    return [_name(file.path, known) for file in chain(vm, path)]


def _names(vm: VirtualMachine, known: set[str]) -> list[str]:
    return sorted(_name(file.path, known) for file in vm.files)


def _name(path: str, known: set[str]) -> str:
    """Return a file that both know by its path; one that came into being meanwhile is just new."""
    return path_key(path) if path_key(path) in known else "new"


def _is_new(path: str) -> bool:
    return "_new-" in path
