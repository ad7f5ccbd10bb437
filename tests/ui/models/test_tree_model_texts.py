"""What the rows of the tree say."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from hvtree.app.host_view import ConnectionPhase
from hvtree.domain.errors import ConnectionFailure
from hvtree.domain.model import Activity, VmState
from hvtree.ui.models.columns import Column
from hvtree.ui.models.tree_model import TreeModel
from hvtree.values import replace
from tests.support.trees import READ_AT, id_of, lab, log_collector, ref, vm
from tests.ui.models.vms import HOST, plain, texts, view_of


def test_a_checkpoint_row_tells_kind_time_age_size_and_notes(model: TreeModel) -> None:
    state = lab(web="a~*")
    web = state.vms[id_of("web")]
    noted = replace(web.checkpoints[0], notes="ticket\n4711", size_bytes=5 * 1024**3)
    model.set_host(view_of(state.with_vms(replace(web, checkpoints=(noted,)))))
    name, kind, created, size, notes = map(plain, texts(model.index_of(noted.ref)))
    assert (name, kind, size, notes) == ("a", "With memory", "5 GB", "ticket 4711")
    assert created.endswith(" · 3 days ago")


def test_a_vm_row_tells_state_and_progress(model: TreeModel) -> None:
    merging = replace(vm("a*", "web", state=VmState.RUNNING), activity=Activity.MERGING, percent=40)
    model.set_host(view_of(lab(web=merging)))
    index = model.index_of_vm(HOST, id_of("web"))
    assert plain(index.siblingAtColumn(Column.STATE).data()) == "Running · Merging disks 40 %"
    assert "1 checkpoint of 50 at most" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_a_now_row_tells_the_state_and_what_was_written_since(model: TreeModel) -> None:
    model.set_host(view_of(lab(web=vm("a*", "web", state=VmState.RUNNING))))
    now = model.index_of_now(HOST, id_of("web"))
    assert texts(now) == ["Now", "Running", "3 days of changes", "1 GB", ""]


def test_the_size_of_a_vm_and_of_its_host_counts_what_grows(model: TreeModel) -> None:
    state = lab(web=log_collector())
    model.set_host(view_of(state))
    row, host = model.index_of_vm(HOST, id_of("web")), model.index_of_host(HOST)
    assert texts(row)[Column.SIZE] == texts(host)[Column.SIZE] == "113 GB"
    for index in (row, host):
        tip = index.data(Qt.ItemDataRole.ToolTipRole)
        assert "113 GB: 72 KB in 1 checkpoint, 113 GB written since (Now)" in tip


def test_a_host_row_tells_when_it_was_read(model: TreeModel) -> None:
    model.set_host(view_of(lab(web=""), mode="NTLM, encrypted"))
    name, state, read, _size, notes = map(plain, texts(model.index_of_host(HOST)))
    assert (name, state, notes) == (HOST, "Connected · 1 VM", "NTLM, encrypted")
    assert read.startswith("Read ")


def test_a_stale_host_tells_how_old_its_rows_are_and_why(model: TreeModel) -> None:
    lost = ConnectionFailure("The connection was cut.")
    model.clock = lambda: READ_AT + timedelta(minutes=5)
    model.set_host(view_of(lab(web=""), ConnectionPhase.STALE, error=lost))
    cells = texts(model.index_of_host(HOST))
    assert cells[1:3] == ["Connection lost · 1 VM", "Read 5 minutes ago"]
    assert cells[4] == "The connection was cut."


@pytest.mark.parametrize(
    ("tree", "spoken"),
    [
        ("p1~*", "Checkpoint p1, With memory, 3 days ago, 2 GB, current"),
        ("p1:Recovery", "Recovery (backup)"),
    ],
)
def test_a_screen_reader_is_told_name_kind_age_size_and_current(
    model: TreeModel, tree: str, spoken: str
) -> None:
    state = lab(web=tree)
    model.set_host(view_of(state))
    index = model.index_of(ref(state, "web", "p1"))
    assert spoken in index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert index.siblingAtColumn(Column.STATE).data(Qt.ItemDataRole.AccessibleTextRole)


def test_a_hostile_name_stays_within_its_cell(model: TreeModel) -> None:
    state = lab(web="a*")
    web = state.vms[id_of("web")]
    evil = replace(web.checkpoints[0], name="a\u202e\n" + "x" * 10_000)
    model.set_host(view_of(state.with_vms(replace(web, checkpoints=(evil,)))))
    shown = model.index_of(evil.ref).data()
    assert len(shown) < 500
    assert not set("\u202e\n") & set(shown)


def test_a_tool_tip_shows_a_name_like_a_tag_as_it_is(model: TreeModel) -> None:
    state = lab(web="a*")
    web = state.vms[id_of("web")]
    evil = replace(web.checkpoints[0], name="<img src='file:///x'>")
    model.set_host(view_of(state.with_vms(replace(web, checkpoints=(evil,)))))
    assert "&lt;img" in model.index_of(evil.ref).data(Qt.ItemDataRole.ToolTipRole)


def test_a_tool_tip_and_a_spoken_line_tell_all_there_is_to_a_row(model: TreeModel) -> None:
    state = lab(web=vm("a~*", "web", state=VmState.RUNNING))
    retry = READ_AT + timedelta(seconds=30)
    lost = ConnectionFailure("The connection was cut.")
    model.set_host(view_of(state, ConnectionPhase.STALE, error=lost, retry_at_utc=retry, mode="NTLM"))
    rows = {
        "host": model.index_of_host(HOST),
        "vm": model.index_of_vm(HOST, id_of("web")),
        "checkpoint": model.index_of(ref(state, "web", "a")),
        "now": model.index_of_now(HOST, id_of("web")),
    }
    tips = {name: plain(index.data(Qt.ItemDataRole.ToolTipRole)) for name, index in rows.items()}
    spoken = {name: index.data(Qt.ItemDataRole.AccessibleTextRole) for name, index in rows.items()}
    for text in (
        "Connection lost",
        "NTLM",
        "Last read",
        "1 VM",
        "The connection was cut.",
        "Connects again at",
    ):
        assert text in tips["host"]
    assert "The VM runs on this checkpoint." in tips["checkpoint"]
    assert "1 GB changed in 3 days" in tips["now"]
    assert spoken["host"].startswith("Host xHost16, Connection lost")
    assert spoken["vm"] == "VM web, Running, 1 checkpoint, 3 GB"
    assert spoken["now"] == "Now, the present state of web, Running, 1 GB changed in 3 days"


def test_a_placeholder_is_read_aloud_as_it_stands(model: TreeModel) -> None:
    model.set_host(view_of(lab()))
    index = model.index(0, 0, model.index_of_host(HOST))
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "This host has no VMs."
    assert "This host has no VMs." in index.data(Qt.ItemDataRole.ToolTipRole)
    assert index.siblingAtColumn(Column.SIZE).data() == ""


def test_the_header_names_the_columns(model: TreeModel) -> None:
    names = [model.headerData(column, Qt.Orientation.Horizontal) for column in Column]
    optional = ["Reason", "Ticket", "Keep until", "By"]
    assert names == ["Name", "State or kind", "Created", "Size", *optional, "Notes"]
    assert model.headerData(9, Qt.Orientation.Horizontal) is None
