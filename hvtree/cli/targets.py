"""Which VMs and checkpoints the words of a command line mean: by GUID, as `VM/CHECKPOINT`, or by a unique name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from hvtree.cli.text import shown
from hvtree.domain.checkpoint import Checkpoint, CheckpointRef
from hvtree.domain.errors import BadInput
from hvtree.domain.model import HostState, VirtualMachine

T = TypeVar("T", VirtualMachine, Checkpoint)

CANDIDATES_SHOWN = 20
_GUID = re.compile(r"\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?", re.IGNORECASE)


class Targets:
    """Finds what words mean on a host; all methods raise `BadInput` for a word that means none or several."""

    def __init__(self, state: HostState) -> None:
        self._state = state

    def vm(self, text: str) -> str:
        """Return the id of the VM that a word means."""
        return find_vm(text, self._state).id

    def vms(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Return the ids of the VMs that some words mean, each once."""
        return tuple(dict.fromkeys(map(self.vm, texts)))

    def checkpoint(self, text: str) -> CheckpointRef:
        """Return the address of the checkpoint that a word means."""
        return find_checkpoint(text, self._state).ref

    def checkpoints(self, texts: Iterable[str]) -> tuple[CheckpointRef, ...]:
        """Return the addresses of the checkpoints that some words mean, each once."""
        return tuple(dict.fromkeys(map(self.checkpoint, texts)))


def find_vm(text: str, state: HostState) -> VirtualMachine:
    """Return the VM that a word means; raise `BadInput` with the candidates if it is none or several."""
    found = _vms(text, state)
    return _only_one(text, found, "VM", state.vms.values(), describe=_describe_vm)


def find_checkpoint(text: str, state: HostState) -> Checkpoint:
    """Return the checkpoint that a word means; raise `BadInput` with the candidates if it is none or several."""

    def describe(checkpoint: Checkpoint) -> str:
        vm = state.vms[checkpoint.vm_id]
        return f"{checkpoint.id}  {shown(vm.name)}/{shown(checkpoint.name)}"

    found = _checkpoints(text, state)
    return _only_one(text, found, "checkpoint", state.all_checkpoints(), describe=describe)


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
    """Return the things of that name; only if there are none, those whose name differs in letter case."""
    folded = text.casefold()
    similar = [thing for thing in things if thing.name.casefold() == folded]
    return [thing for thing in similar if thing.name == text] or similar


def _guid(text: str) -> str | None:
    match = _GUID.fullmatch(text)
    return match.group(1).lower() if match else None


def _only_one(
    text: str, found: Sequence[T], kind: str, everything: Iterable[T], *, describe: Callable[[T], str]
) -> T:
    if len(found) == 1:
        return found[0]
    if found:
        raise BadInput(
            f"The name ‘{shown(text)}’ means {len(found)} {kind}s.",
            now="Use one of these ids:" + _listed(found, describe),
        )
    hint = _hint(text, tuple(everything), kind, describe)
    raise BadInput(f"There is no {kind} ‘{shown(text)}’ on the host.", now=hint or "Look with `hvtree show`.")


def _hint(text: str, everything: Sequence[T], kind: str, describe: Callable[[T], str]) -> str:
    if (
        _guid(text) is not None
    ):  # never taken for a name: whoever gives the id of what is gone must not hit another
        namesakes = [thing for thing in everything if thing.name.casefold() == text.casefold()]
        return (
            f"A {kind} is called that, but has another id:{_listed(namesakes, describe)}" if namesakes else ""
        )
    near = difflib.get_close_matches(text[:100], [thing.name for thing in everything], n=3)
    return f"Did you mean {' or '.join(f'‘{shown(name)}’' for name in near)}?" if near else ""


def _listed(found: Sequence[T], describe: Callable[[T], str]) -> str:
    lines = [describe(thing) for thing in found[:CANDIDATES_SHOWN]]
    more = len(found) - len(lines)
    return "".join(f"\n  {line}" for line in lines) + (f"\n  and {more} more" if more else "")


def _describe_vm(vm: VirtualMachine) -> str:
    return f"{vm.id}  {shown(vm.name)}"
