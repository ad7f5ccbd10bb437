"""A reading of a host as a tree of text: VMs, their checkpoints, and where each VM stands now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from msgspec import Struct
from msgspec.structs import astuple

from hvtree.cli.colour import PLAIN, Paint
from hvtree.cli.table import TableLayout, table
from hvtree.cli.text import local_time, shown
from hvtree.cli.tree_text import ASCII_TREE, TreeGlyphs, tree_rows
from hvtree.domain.checkpoint import Checkpoint, CheckpointKind
from hvtree.domain.model import HostState, VirtualMachine, VmState
from hvtree.domain.passport_words import notes_words
from hvtree.domain.state_words import kind_words, status_words
from hvtree.domain.words import age_words, count_words, size_words, sum_words
from hvtree.values import replace

NAME_WIDTH = 60
"""Letters of a name that a row shows."""


_LAYOUT = TableLayout(
    ("Name", "State or kind", "Created", "Size", "Notes"),
    right=frozenset({3}),
    least=((4, 20), (0, 34), (1, 22), (4, 10), (0, 30), (1, 13), (0, 20)),
)
_LAYOUT_WITH_IDS = TableLayout(
    ("Name", "Id", "State or kind", "Created", "Size"),
    right=frozenset({4}),
    least=((0, 34), (2, 13), (0, 20)),
)
_NARROW_WITH_IDS = TableLayout(
    ("Name", "Id", "Created", "Size"), right=frozenset({3}), least=((0, 30), (2, 10), (0, 12))
)
"""An id that is cut is of no use: everything else gives way."""
_WIDE = 110
"""Terminals with fewer columns get no ages beside the times, and less deep trees."""
_DEEP, _LESS_DEEP = 8, 4


class Look(Struct, frozen=True):
    """How a reading is to be shown."""

    encoding: str | None = "utf-8"
    fit: int | None = None
    """Cells of a terminal's line; None if lines may have any length."""
    as_graph: bool = False
    """Draw the checkpoints in order of time with lines beside them, instead of a tree."""
    with_ids: bool = False
    paint: Paint = PLAIN

    @property
    def is_wide(self) -> bool:
        """There is room for ages."""
        return self.fit is None or self.fit >= _WIDE

    def can_show(self, letters: str) -> bool:
        """Return whether the terminal has these letters."""
        try:
            letters.encode(self.encoding or "ascii")
        except (UnicodeEncodeError, LookupError):
            return False
        return True


def state_lines(state: HostState, now_utc: datetime, look: Look | None = None) -> list[str]:
    """Return the lines for a terminal; times are local, ages until `now_utc`."""
    look = look or Look()
    drawn = _drawing(look)
    rows = [cells for vm in state.vms.values() for cells in _rows(vm, now_utc, look, drawn)]
    head = _head(state)
    if not rows:
        return [head]
    layout = _LAYOUT
    if look.with_ids:
        layout = _LAYOUT_WITH_IDS if look.is_wide else _NARROW_WITH_IDS
    if not look.can_show(layout.rule + layout.ellipsis):
        layout = replace(layout, rule="-", ellipsis="~")
    headings, rule, *lines = table(
        layout, [[cells[name] for name in layout.headings] for cells in rows], fit=look.fit
    )
    return [head, "", look.paint.strong(headings), look.paint.faint(rule), *lines]


_Drawn = Callable[[VirtualMachine], Iterator[tuple[str, str | None]]]
"""From a VM to what stands left of the name in each row below it, with the checkpoint's id, None for Now."""


def _drawing(look: Look) -> _Drawn:
    if not look.as_graph:
        tree_glyphs, deep = TreeGlyphs(), _DEEP if look.is_wide else _LESS_DEEP
        if not look.can_show("".join(astuple(tree_glyphs))):
            tree_glyphs = ASCII_TREE
        return lambda vm: tree_rows(vm, tree_glyphs, deep)
    from hvtree.cli.graph_text import ASCII_GRAPH, GraphGlyphs, graph_rows  # noqa: PLC0415  (a tree does without)

    graph_glyphs = GraphGlyphs()
    if not look.can_show("".join(astuple(graph_glyphs))):
        graph_glyphs = ASCII_GRAPH
    return lambda vm: graph_rows(vm, graph_glyphs)


def _rows(vm: VirtualMachine, now_utc: datetime, look: Look, drawn: _Drawn) -> Iterator[dict[str, str]]:
    """Yield the cells of a VM and of all below it, by their headings."""
    yield _vm_cells(vm, look.paint)
    for drawing, node in drawn(vm):
        if node is None:
            yield _now_cells(vm, drawing, look.paint)
        else:
            yield _checkpoint_cells(vm.by_id[node], drawing, now_utc, look)


def _head(state: HostState) -> str:
    count = sum(len(vm.checkpoints) for vm in state.vms.values())
    counts = f"{count_words(len(state.vms), 'VM')}, {count_words(count, 'checkpoint')}"
    return f"{shown(state.host)}: {counts}, read {local_time(state.taken_at_utc)}"


def _vm_cells(vm: VirtualMachine, paint: Paint) -> dict[str, str]:
    """Return the cells of a VM; of one that is in trouble also what its host says."""
    status = _plain(status_words(vm))
    if vm.state.is_critical:
        status = paint.bad(status)
    elif vm.activity is not None:
        status = paint.caution(status)
    elif vm.state is VmState.RUNNING:
        status = paint.good(status)
    return {
        "Name": paint.strong(shown(vm.name, NAME_WIDTH)),
        "Id": vm.id,
        "State or kind": status,
        "Created": count_words(len(vm.checkpoints), "checkpoint"),
        "Size": _sum_words(vm.space.total_bytes, is_complete=vm.space.is_complete),
        "Notes": _one_line(f"{vm.status} {vm.notes}" if vm.state.is_critical else vm.notes),
    }


def _now_cells(vm: VirtualMachine, drawing: str, paint: Paint) -> dict[str, str]:
    cells = dict.fromkeys(_LAYOUT.headings, "")
    size = _sum_words(vm.space.written_bytes, is_complete=vm.space.is_written_complete)
    return {**cells, "Id": "", "Name": paint.accent(f"{drawing}Now"), "Size": size}


def _sum_words(size_bytes: int, *, is_complete: bool) -> str:
    return sum_words(size_bytes, is_complete=is_complete) if size_bytes or not is_complete else ""


def _checkpoint_cells(checkpoint: Checkpoint, drawing: str, now_utc: datetime, look: Look) -> dict[str, str]:
    paint = look.paint
    created = local_time(checkpoint.created_utc)
    if look.is_wide:
        created += paint.faint(f" ({age_words(checkpoint.created_utc, now_utc)})")
    kind = kind_words(checkpoint)
    return {
        "Name": paint.faint(drawing) + shown(checkpoint.name, NAME_WIDTH),
        "Id": checkpoint.id,
        "State or kind": kind if checkpoint.kind is CheckpointKind.STANDARD else paint.caution(kind),
        "Created": created,
        "Size": size_words(checkpoint.size_bytes),
        "Notes": _one_line(_plain(notes_words(checkpoint.notes, now_utc))),
    }


def _plain(words: str) -> str:
    """Return words of the window in the letters that every terminal has."""
    return words.replace("\u202f", " ").replace(" · ", ", ")


def _one_line(notes: str) -> str:
    return shown(" ".join(notes.split()), NAME_WIDTH)
