"""A reading of a host as a tree of text: VMs, their checkpoints, and where each VM stands now."""

from __future__ import annotations

from dataclasses import astuple, replace
from datetime import datetime

from hvtree.cli.graph_text import ASCII_GRAPH, GraphGlyphs, graph_rows
from hvtree.cli.table import TableLayout, table
from hvtree.cli.text import shown
from hvtree.cli.tree_text import ASCII_TREE, TreeGlyphs, tree_rows
from hvtree.domain.model import HostState, VirtualMachine
from hvtree.domain.state_words import kind_words, status_words
from hvtree.domain.words import age_words, count_words, size_words

NAME_WIDTH = 60
"""Letters of a name that a row shows."""


_HEADINGS = ("Name", "State or kind", "Created", "Size", "Notes")
_LAYOUT = TableLayout(
    _HEADINGS, right=frozenset({3}), least=((4, 20), (0, 34), (1, 13), (0, 30), (4, 10), (0, 20))
)
_ASCII_LAYOUT = replace(_LAYOUT, rule="-", ellipsis="~")
_WIDE = 110
"""Terminals with fewer columns get no ages beside the times, and less deep trees."""
_DEEP, _LESS_DEEP = 8, 4


def state_lines(
    state: HostState,
    now_utc: datetime,
    *,
    encoding: str | None = "utf-8",
    fit: int | None = None,
    as_graph: bool = False,
) -> list[str]:
    """Return the lines for a terminal of that encoding and, if given, width; times are local, ages until `now_utc`.

    `as_graph` draws the checkpoints in order of time with lines beside them, instead of a tree.
    """
    is_fine = _can_show("".join((*astuple(TreeGlyphs()), *astuple(GraphGlyphs()), "─…")), encoding)
    graph, tree = (GraphGlyphs(), TreeGlyphs()) if is_fine else (ASCII_GRAPH, ASCII_TREE)
    is_wide = fit is None or fit >= _WIDE
    deep = _DEEP if is_wide else _LESS_DEEP
    rows: list[tuple[str, ...]] = []
    for vm in state.vms.values():
        rows.append(_vm_row(vm))
        drawn = graph_rows(vm, graph) if as_graph else tree_rows(vm, tree, deep)
        rows.extend(
            _checkpoint_row(vm, node, drawing, now_utc if is_wide else None) for drawing, node in drawn
        )
    head = _head(state)
    return [head, "", *table(_LAYOUT if is_fine else _ASCII_LAYOUT, rows, fit=fit)] if rows else [head]


def _head(state: HostState) -> str:
    count = sum(len(vm.checkpoints) for vm in state.vms.values())
    counts = f"{count_words(len(state.vms), 'VM')}, {count_words(count, 'checkpoint')}"
    return f"{shown(state.host)}: {counts}, read {_local(state.taken_at_utc)}"


def _vm_row(vm: VirtualMachine) -> tuple[str, ...]:
    """Return the cells of a VM; of one that is in trouble also what its host says."""
    return (
        shown(vm.name, NAME_WIDTH),
        _plain(status_words(vm)),
        count_words(len(vm.checkpoints), "checkpoint"),
        size_words(vm.space.total_bytes) if vm.space.total_bytes else "",
        _one_line(f"{vm.status} {vm.notes}" if vm.state.is_critical else vm.notes),
    )


def _checkpoint_row(
    vm: VirtualMachine, checkpoint_id: str | None, drawing: str, aged_until_utc: datetime | None
) -> tuple[str, ...]:
    if checkpoint_id is None:
        written = vm.space.written_bytes
        return f"{drawing}Now", "", "", size_words(written) if written else "", ""
    checkpoint = vm.by_id[checkpoint_id]
    created = _local(checkpoint.created_utc)
    if aged_until_utc is not None:
        created += f" ({age_words(checkpoint.created_utc, aged_until_utc)})"
    name = drawing + shown(checkpoint.name, NAME_WIDTH)
    kind = kind_words(checkpoint)
    return name, kind, created, size_words(checkpoint.size_bytes), _one_line(checkpoint.notes)


def _plain(words: str) -> str:
    """Return words of the window in the letters that every terminal has."""
    return words.replace("\u202f", " ").replace(" · ", ", ")


def _one_line(notes: str) -> str:
    return shown(" ".join(notes.split()), NAME_WIDTH)


def _local(moment_utc: datetime) -> str:
    return f"{moment_utc.astimezone():%Y-%m-%d %H:%M:%S}"


def _can_show(text: str, encoding: str | None) -> bool:
    try:
        text.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
