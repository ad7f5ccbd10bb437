"""The disk files of a VM or of a checkpoint as rows: each chain from its root, the read-write file marked."""

from __future__ import annotations

from collections.abc import Mapping

from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.disks import FileUse, chain, file_uses, is_read_write, pending_files
from hvtree.domain.model import VirtualMachine
from hvtree.domain.paths import path_key, short_file_names
from hvtree.domain.words import count_words
from hvtree.ui.format import shown_name
from hvtree.ui.views.details_values import FileRow

FILES_AT_MOST = 30
"""Longer chains are shortened: a page of 1,000 files takes a quarter of a second to lay out [measured]."""

Chains = tuple[tuple[FileRow, ...], ...]


def vm_chains(vm: VirtualMachine) -> Chains:
    """Return the chain of each drive of a VM, and apart from them the files that only wait for a merge."""
    names, uses = _names(vm), _uses(vm)
    rows = [_chain_rows(vm, drive, names, uses) for drive in vm.drives]
    seen = {path_key(row.path) for chain_rows in rows for row in chain_rows}
    waiting = tuple(
        FileRow(names[path_key(file.path)], file.path, file.size_bytes, False, "waits for its merge")
        for file in pending_files(vm)
        if path_key(file.path) not in seen
    )
    return tuple(chain_rows for chain_rows in (*rows, waiting) if chain_rows)


def checkpoint_chains(vm: VirtualMachine, checkpoint: Checkpoint) -> Chains:
    """Return the chain of each drive as the checkpoint has frozen it."""
    names, uses = _names(vm), _uses(vm)
    chains = (_chain_rows(vm, drive, names, uses) for drive in checkpoint.drives)
    return tuple(rows for rows in chains if rows)


def _names(vm: VirtualMachine) -> dict[str, str]:
    """Return what each file of a VM is called here, by the key of its path."""
    frozen = (drive for checkpoint in vm.checkpoints for drive in checkpoint.drives)
    short = short_file_names((*(file.path for file in vm.files), *vm.drives, *frozen))
    return {key: shown_name(name) for key, name in short.items()}


def _uses(vm: VirtualMachine) -> dict[str, FileUse]:
    """Return how each file of a VM is used, by the key of its path."""
    return {path_key(use.file.path): use for use in file_uses(vm)}


def _chain_rows(
    vm: VirtualMachine, drive: str, names: Mapping[str, str], uses: Mapping[str, FileUse]
) -> tuple[FileRow, ...]:
    files = tuple(reversed(chain(vm, drive)))
    if not files and not vm.is_measured:
        use = "read-write: Now" if is_read_write(vm, drive) else "read-only"
        return (
            FileRow(names[path_key(drive)], drive, None, is_read_write(vm, drive), f"{use}, being measured"),
        )
    rows = tuple(
        FileRow(
            names[path_key(file.path)],
            file.path,
            file.size_bytes,
            uses[path_key(file.path)].is_read_write,
            _use_words(vm, uses[path_key(file.path)]),
        )
        for file in files
    )
    return rows if len(rows) <= FILES_AT_MOST else _shortened(rows)


def _shortened(rows: tuple[FileRow, ...]) -> tuple[FileRow, ...]:
    """Return a long chain with its root, its last files, and one line for all between."""
    first, between, last = rows[:1], rows[1 : 2 - FILES_AT_MOST], rows[2 - FILES_AT_MOST :]
    size = sum(row.size_bytes or 0 for row in between)
    skipped = FileRow(f"… {count_words(len(between), 'file')} between", "", size, False, "read-only")
    return (*first, skipped, *last)


def _use_words(vm: VirtualMachine, use: FileUse) -> str:
    """Say whose file it is."""
    if use.is_read_write:
        return "read-write: Now"
    if use.checkpoint_ids:
        names = [shown_name(vm.by_id[checkpoint_id].name) for checkpoint_id in use.checkpoint_ids]
        more = f" and {count_words(len(names) - 1, 'other')}" if len(names) > 1 else ""
        return f"read-only: frozen by ‘{names[0]}’{more}"
    if use.dependents > 1:
        return f"read-only: base of {count_words(use.dependents, 'file')}"
    return "read-only: waits for its merge" if use.file.parent_path else "read-only: base disk"
