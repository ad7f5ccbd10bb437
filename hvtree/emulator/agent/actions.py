"""The verbs that change something, as calls of cmdlets: which cmdlet, with which parameters, for which VMs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec
from msgspec import Struct

from hvtree.emulator.agent.leases import Leases
from hvtree.emulator.agent.records import error_record, iso
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.cmdlets.settings import VmChange
from hvtree.emulator.host.errors import CmdletError
from hvtree.emulator.host.invocation import Invocation, TargetResult
from hvtree.emulator.host.objects import VMSnapshot
from hvtree.hosts.messages import Error, Lease, Request, Result


class BadRequest(Exception):
    """A request with invalid arguments; `target` names the argument, if it is a certain one."""

    def __init__(self, message: str, target: str = "") -> None:
        super().__init__(message)
        self.target = target


class Arguments(Struct, frozen=True):
    """The arguments that such verbs take."""

    ids: tuple[str, ...]
    name: str | None = None
    path: str | None = None
    notes: str | tuple[str, ...] | None = None
    lease: Lease | None = None
    only: tuple[str, ...] | None = None

    @property
    def text(self) -> str | None:
        """The notes that all of them are to have."""
        return self.notes if isinstance(self.notes, str) else None

    @property
    def texts(self) -> dict[str, str] | None:
        """The notes that each of them is to have, by its id."""
        if isinstance(self.notes, str) or self.notes is None or len(self.notes) != len(self.ids):
            return None
        return {each.lower(): text for each, text in zip(self.ids, self.notes, strict=True)}


Cmdlet = Callable[[HyperV, list[str], Arguments], Invocation]


def _write_notes(host: HyperV, ids: list[str], texts: Mapping[str, str]) -> Invocation:
    return host.set_vm_snapshot_notes({each: texts[each] for each in ids})


VM_ACTIONS: Mapping[str, Cmdlet] = {
    "vm.start": lambda host, ids, _: host.start_vm(vm=ids),
    "vm.save": lambda host, ids, _: host.save_vm(vm=ids),
    "vm.suspend": lambda host, ids, _: host.suspend_vm(vm=ids),
    "vm.resume": lambda host, ids, _: host.resume_vm(vm=ids),
    "vm.shut_down": lambda host, ids, _: host.stop_vm(vm=ids),
    "vm.turn_off": lambda host, ids, _: host.stop_vm(vm=ids, turn_off=True),
    "vm.set_notes": lambda host, ids, given: host.set_vm(vm=ids, change=VmChange(notes=given.text)),
    "vm.checkpoint": lambda host, ids, given: host.checkpoint_vm(vm=ids, snapshot_name=given.name or None),
}
CHECKPOINT_ACTIONS: Mapping[str, Cmdlet] = {
    "checkpoint.rename": lambda host, ids, given: host.rename_vm_snapshot(
        vm_snapshot=ids, new_name=given.name or ""
    ),
    "checkpoint.set_notes": lambda host, ids, given: _write_notes(host, ids, given.texts or {}),
    "checkpoint.apply": lambda host, ids, _: host.restore_vm_snapshot(vm_snapshot=ids, confirm=False),
    "checkpoint.delete": lambda host, ids, _: host.remove_vm_snapshot(vm_snapshot=ids),
    "checkpoint.delete_subtree": lambda host, ids, _: host.remove_vm_snapshot(
        vm_snapshot=ids, include_all_child_snapshots=True
    ),
    "checkpoint.export": lambda host, ids, given: host.export_vm_snapshot(
        vm_snapshot=ids, path=given.path or ""
    ),
}
READY = "vm.ready"
"""The verb that only looks VMs up."""
_NEEDED = {
    "checkpoint.rename": ("name", "name"),
    "checkpoint.export": ("path", "path"),
    "vm.set_notes": ("notes", "text"),
}
"""By verb, the argument that has to be a text, and the field that has it."""


class RunningVerb(Struct):
    """A verb that is being carried out: a cmdlet call for each VM, all begun at once, so that VMs don't wait for each other."""

    ids: tuple[str, ...]
    invocations: list[Invocation]
    results: dict[str, Result]
    """Results for ids for which no cmdlet could be called."""
    spoken: Callable[[str], str]
    """Translates a text into the host's language."""

    @property
    def is_done(self) -> bool:
        """Whether every id has its answer."""
        return all(invocation.is_done for invocation in self.invocations)

    def cancel(self) -> bool:
        """Stop what can be stopped; return whether anything could."""
        stopped = [invocation.cancel() for invocation in self.invocations]  # all of them, not only the first
        return any(stopped)

    def answer(self) -> tuple[Result, ...]:
        """Return the results, in the order of the request."""
        found = dict(self.results)
        for invocation in self.invocations:
            results = (_result(one, self.spoken) for one in invocation.results)
            found.update((result.id, result) for result in results)
        return tuple(found[each] for each in self.ids)

    def warnings(self) -> tuple[str, ...]:
        """Return what the cmdlets warned of, each text once."""
        texts = (text for invocation in self.invocations for text in invocation.warnings)
        return tuple(dict.fromkeys(map(self.spoken, texts)))


def are_begun_by(verb: str) -> bool:
    """Return whether a verb is one of those that `begin` begins."""
    return verb == READY or verb in VM_ACTIONS or verb in CHECKPOINT_ACTIONS


def begin(host: HyperV, request: Request, now: Callable[[], str], leases: Leases) -> RunningVerb:
    """Begin what a request asks for, with its VMs held by its lease; raise `BadRequest` for invalid arguments."""
    given = _given(request)
    ids = tuple(dict.fromkeys(each.lower() for each in given.ids))
    action = RunningVerb(ids, [], {}, host.spoken)
    if request.verb == READY:
        action.results.update(_looked_up(host, ids, now))
        return action
    cmdlet = VM_ACTIONS.get(request.verb) or CHECKPOINT_ACTIONS[request.verb]
    by_vm = _by_vm(host, ids, are_vms=request.verb in VM_ACTIONS)
    leases.hold(given.lease, by_vm)
    for group in by_vm.values():
        began = now()
        try:
            for each in _grown(host, request.verb, group, given):
                action.results[each] = Result(each, _subtree_changed(each), began=began, ended=now())
                group.remove(each)
            if not group:
                continue
            invocation = cmdlet(host, group, given)
        except CmdletError as error:
            record = error_record(error, host.spoken)
            action.results.update((each, Result(each, record, began=began, ended=now())) for each in group)
        else:
            action.invocations.append(invocation)
            leases.follow(request.verb, given.lease, invocation)
    return action


def _looked_up(host: HyperV, vm_ids: Iterable[str], now: Callable[[], str]) -> Iterator[tuple[str, Result]]:
    """Yield for each VM whether it is there."""
    for each in vm_ids:
        began = now()
        problems = host.get_vm(id=[each]).errors
        record = error_record(problems[0], host.spoken) if problems else None
        yield each, Result(each, record, began=began, ended=now())


def _grown(host: HyperV, verb: str, checkpoint_ids: list[str], given: Arguments) -> list[str]:
    """Return those of some subtrees that are to be deleted which have more in them than `only` names."""
    if verb != "checkpoint.delete_subtree" or given.only is None:
        return []
    known = {each.lower() for each in given.only}
    return [each for each in checkpoint_ids if not _subtree(host, each) <= known]


def _subtree(host: HyperV, checkpoint_id: str) -> set[str]:
    """Return the ids of a checkpoint and of all below it; none if it is gone."""
    found = host.get_vm_snapshot(id=checkpoint_id).objects
    below: dict[str | None, list[str]] = {}
    for each in host.get_vm_snapshot(vm=[found[0].vm_id]).objects if found else ():
        below.setdefault(each.parent_snapshot_id, []).append(each.id)
    subtree = [checkpoint_id] if found else []
    for one in subtree:
        subtree += below.get(one, ())
    return set(subtree)


def _subtree_changed(checkpoint_id: str) -> Error:
    text = "Something is below it that was not there before."
    return Error(text, "InvalidOperation", "SubtreeChanged,HVTree", target=checkpoint_id)


def _given(request: Request) -> Arguments:
    try:
        given = msgspec.convert(request.args, Arguments)
    except msgspec.ValidationError as error:
        raise BadRequest(f"The arguments of {request.verb} cannot be used: {error}.") from error
    needed, field = _NEEDED.get(request.verb, ("", ""))
    if needed and getattr(given, field) is None:
        raise BadRequest(f"{request.verb} needs the text '{needed}'.", needed)
    if request.verb == "checkpoint.set_notes" and given.texts is None:
        raise BadRequest(f"{request.verb} needs 'notes', a text for each id.", "notes")
    return given


def _by_vm(host: HyperV, ids: tuple[str, ...], *, are_vms: bool) -> dict[str, list[str]]:
    """Group checkpoints by VM: those of one VM wait for each other, VMs don't."""
    if are_vms:
        return {each: [each] for each in ids}
    groups: dict[str, list[str]] = {}
    for each in ids:
        found = host.get_vm_snapshot(id=each).objects
        groups.setdefault(found[0].vm_id.lower() if found else each, []).append(each)
    return groups


def _result(result: TargetResult, spoken: Callable[[str], str]) -> Result:
    return Result(
        id=result.target.lower(),
        error=error_record(result.error, spoken) if result.error is not None else None,
        checkpoint=_taken(result),
        began=iso(result.began) if result.began is not None else None,
        ended=iso(result.ended) if result.ended is not None else None,
    )


def _taken(result: TargetResult) -> str | None:
    """Return the id of the checkpoint that was taken of a VM."""
    made = result.value
    is_one = isinstance(made, VMSnapshot) and result.error is None and made.id != result.target.lower()
    return made.id if isinstance(made, VMSnapshot) and is_one else None
