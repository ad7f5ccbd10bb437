"""History…: everything that was done, in a window of its own; History of VM…: what was done to one VM; Undo…: lead it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtree.domain.passport import Passport
from hvtree.ui.format import local_time, shown_name
from hvtree.ui.intents.intent import Context, WindowIntent
from hvtree.ui.intents.operation_intent import decide
from hvtree.ui.known_groups import KnownGroups
from hvtree.ui.menu_names import Menu
from hvtree.ui.selection import Kind, Selection

if TYPE_CHECKING:
    from hvtree.app.memory.entries import Entry, EntryInFull
    from hvtree.app.memory.reader import HistoryReader
    from hvtree.operations.base import Operation
    from hvtree.ui.dialogs.history import HistoryDialog


def _show(context: Context) -> HistoryDialog | None:
    """Show the one window of the history."""
    from hvtree.app.undoing import undo_of_entry  # noqa: PLC0415  (as the next one)
    from hvtree.ui.dialogs.history import HistoryDialog  # noqa: PLC0415  (see `start.DIALOGS`)

    reader = context.workspace.history
    if reader is None:
        return None
    dialog = next(iter(context.window.findChildren(HistoryDialog)), None)
    if dialog is None:
        dialog = HistoryDialog(
            reader,
            context.tasks.start,
            lambda job: undo_of_entry(job, context.workspace.fleet, _safety(context)),
            context.window,
        )
        dialog.undo_wanted.connect(lambda operation, job: _decide(context, operation, job))
        context.bridge.job_changed.connect(dialog.job_changed)
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
    return dialog


def _safety(context: Context) -> Passport:
    return context.workspace.signer.for_safety(context.clock())


def _show_of_vm(context: Context) -> None:
    (address,) = context.selection.value.targets
    vm = context.workspace.fleet.find_vm(address)
    dialog = _show(context)
    if dialog is not None and vm is not None:
        dialog.show_only(vm.id, vm.name)


def _undo(context: Context) -> None:
    """Show the plan that undoes the last job, on what is selected, that is not undone yet."""
    reader = context.workspace.history
    if reader is not None:
        context.tasks.start(_show_undo(context, reader, context.selection.value))


async def _show_undo(context: Context, reader: HistoryReader, selection: Selection) -> None:
    from hvtree.app.undoing import undo_of_entry  # noqa: PLC0415  (as above)

    job = await _last_job(context, reader, selection)
    _decide(context, undo_of_entry(job, context.workspace.fleet, _safety(context)), job.entry)


async def _last_job(context: Context, reader: HistoryReader, selection: Selection) -> EntryInFull:
    """Return the last job on a VM, on a group, or on a group checkpoint."""
    from hvtree.app.group_undoing import last_of_group, last_of_group_checkpoint  # noqa: PLC0415  (as above)
    from hvtree.app.undoing import last_to_undo  # noqa: PLC0415  (as above)

    known = KnownGroups.of(context.workspace)
    group, records = known.group(selection), known.groups.records
    if group is not None:
        return await last_of_group(reader, group, records)
    if selection.group_checkpoint:
        return await last_of_group_checkpoint(reader, selection.group_checkpoint, records)
    return await last_to_undo(reader, selection.targets[0].vm_id)


def _decide(context: Context, operation: Operation, job: Entry) -> None:
    """Show the plan that undoes a job, and which job that is."""
    about = f"Undoes job {job.number}, {local_time(job.queued_utc)}: {shown_name(job.title)}"
    decide(context, operation, undoes=job.uuid, caption="Undo", about=about)


def _can_be_led_back(selection: Selection) -> bool:
    return len(selection.targets) == 1 or selection.is_of_groups


HISTORY = WindowIntent(
    id="view.history",
    text="&History…",
    tip="Show what was done, by whom, and how it ended.",
    icon="history",
    keys=("Ctrl+H",),
    menu=Menu.VIEW,
    section=2,
    do=_show,
)

HISTORY_OF_VM = WindowIntent(
    id="vm.history",
    text="Histor&y of VM…",
    tip="Show what was done to this VM, by whom, and how it ended.",
    icon="history",
    menu=Menu.VM,
    section=2,
    context=frozenset({Kind.VM}),
    fits=lambda selection: len(selection.targets) == 1,
    unfit="Select one VM.",
    do=_show_of_vm,
)

UNDO = WindowIntent(
    id="vm.undo",
    text="&Undo…",
    tip="Show the plan that undoes the last job on this VM, group or group checkpoint; again, the one before it.",
    icon="undo",
    keys=("Ctrl+Z",),
    menu=Menu.VM,
    section=2,
    context=frozenset({Kind.VM, Kind.GROUP, Kind.GROUP_CHECKPOINT}),
    fits=_can_be_led_back,
    unfit="Select one VM, a group, or a group checkpoint.",
    do=_undo,
)
