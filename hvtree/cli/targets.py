"""Which VMs and checkpoints the words of a command line mean: by GUID, as `VM/CHECKPOINT`, or by a unique name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct

from hvtree.cli.candidates import checkpoint_table, vm_table
from hvtree.cli.text import shown
from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.errors import BadInput
from hvtree.domain.fleet import Fleet
from hvtree.domain.model import HostState, VirtualMachine
from hvtree.domain.names import comparable

T = TypeVar("T", VirtualMachine, Checkpoint)

_GUID = re.compile(r"\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?", re.IGNORECASE)


class ManyMeant(BadInput):
    """A word of which only an id can say what it means; `now` lists things of these VMs with their sizes."""

    def __init__(self, what: str, *, now: str, vm_ids: Iterable[str]) -> None:
        super().__init__(what, now=now)
        self.vm_ids = frozenset(vm_ids)


class Target(Struct, frozen=True):
    """A word for something on a host."""

    host_id: str
    text: str


class Targets:
    """The words after a verb, looked up on their hosts. Each method raises `BadInput` unless a word means exactly one thing."""

    def __init__(self, states: Mapping[str, HostState], words: Sequence[Target]) -> None:
        """`states` are the readings of the hosts by their ids."""
        self._states = states
        self._words = words

    @property
    def fleet(self) -> Fleet:
        """The readings of all hosts."""
        return Fleet.of(self._states)

    def state(self, host_id: str) -> HostState:
        """Return the reading of a host."""
        return self._states[host_id]

    def vms(self) -> tuple[VmAddress, ...]:
        """Return the VMs that the words mean, each once."""
        return tuple(dict.fromkeys(map(self._vm, self._words)))

    def vm(self) -> VmAddress:
        """Return the VM that the only word means."""
        (word,) = self._words
        return self._vm(word)

    def checkpoints(self) -> tuple[CheckpointAddress, ...]:
        """Return the checkpoints that the words mean, each once."""
        return tuple(dict.fromkeys(map(self._checkpoint, self._words)))

    def checkpoint(self) -> CheckpointAddress:
        """Return the checkpoint that the only word means."""
        (word,) = self._words
        return self._checkpoint(word)

    def _vm(self, word: Target) -> VmAddress:
        return VmAddress(word.host_id, find_vm(word.text, self._states[word.host_id]).id)

    def _checkpoint(self, word: Target) -> CheckpointAddress:
        ref = find_checkpoint(word.text, self._states[word.host_id]).ref
        return CheckpointAddress(word.host_id, ref.vm_id, ref.checkpoint_id)


def find_vm(text: str, state: HostState) -> VirtualMachine:
    """Return the VM that a word means; raise `BadInput` with suggestions unless it means exactly one."""
    found = _vms(text, state)
    return _only_one(text, found, "VM", state.vms.values(), host=state.host, listed=vm_table)


def find_checkpoint(text: str, state: HostState) -> Checkpoint:
    """Return the checkpoint that a word means; raise `BadInput` with suggestions unless it means exactly one."""

    def listed(several: Sequence[Checkpoint]) -> str:
        return checkpoint_table(several, state)

    found = _checkpoints(text, state)
    return _only_one(text, found, "checkpoint", state.all_checkpoints(), host=state.host, listed=listed)


def _vms(text: str, state: HostState) -> list[VirtualMachine]:
    guid = _guid(text)
    if guid is not None:
        return [state.vms[guid]] if guid in state.vms else []
    return _named(text, state.vms.values())


def _checkpoints(text: str, state: HostState) -> list[Checkpoint]:
    guid = _guid(text)
    if guid is not None:
        return [vm.by_id[guid] for vm in state.vms.values() if guid in vm.by_id]
    found = {checkpoint.id: checkpoint for checkpoint in _named(text, state.all_checkpoints())}
    for cut, letter in enumerate(text):
        if letter == "/":  # a name may hold slashes itself, such as a date: each place is tried
            for checkpoint in _under(text[:cut], text[cut + 1 :], state):
                found[checkpoint.id] = checkpoint
    return list(found.values())


def _under(vm_text: str, checkpoint_text: str, state: HostState) -> list[Checkpoint]:
    guid = _guid(checkpoint_text)
    found: list[Checkpoint] = []
    for vm in _vms(vm_text, state):
        if guid is None:
            found += _named(checkpoint_text, vm.checkpoints)
        elif guid in vm.by_id:
            found.append(vm.by_id[guid])
    return found


def _named(text: str, things: Iterable[T]) -> list[T]:
    """Return the things of that name; only if there are none, those whose name differs in letter case.

    Hyper-V itself would take them all; whoever types a name exactly means that one, and sees the plan before it is done.
    """
    wanted = comparable(text)
    similar = [thing for thing in things if comparable(thing.name) == wanted]
    return [thing for thing in similar if thing.name == text] or similar


def _guid(text: str) -> str | None:
    match = _GUID.fullmatch(text)
    return match.group(1).lower() if match else None


def _only_one(
    text: str,
    found: Sequence[T],
    kind: str,
    everything: Iterable[T],
    *,
    host: str,
    listed: Callable[[Sequence[T]], str],
) -> T:
    if len(found) == 1:
        return found[0]
    if found:
        raise ManyMeant(
            f"The name ‘{shown(text)}’ means {len(found)} {kind}s.",
            now="Use one of these ids:" + listed(found),
            vm_ids=map(_vm_id, found),
        )
    what = f"There is no {kind} ‘{shown(text)}’ on the host ‘{shown(host)}’."
    those = tuple(everything)
    # An id is never taken for a name: the id of something that is gone must not reach something else.
    namesakes = [each for each in those if _guid(text) and comparable(each.name) == comparable(text)]
    if namesakes:
        now = f"A {kind} is called that, but has another id:{listed(namesakes)}"
        raise ManyMeant(what, now=now, vm_ids=map(_vm_id, namesakes))
    raise BadInput(what, now=_hint(text, those) or "Look with `hvtree show`.")


def _vm_id(thing: VirtualMachine | Checkpoint) -> str:
    return thing.id if isinstance(thing, VirtualMachine) else thing.vm_id


def _hint(text: str, everything: Sequence[T]) -> str:
    if _guid(text) is not None:
        return ""
    near = difflib.get_close_matches(text[:100], [thing.name for thing in everything], n=3)
    return f"Did you mean {' or '.join(f'‘{shown(name)}’' for name in near)}?" if near else ""
