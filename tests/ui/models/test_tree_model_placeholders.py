"""An error, an empty host and a host that is being read each look different."""

import pytest
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from hvtree.app.host_view import ConnectionPhase
from hvtree.domain.errors import ConnectionFailure
from hvtree.ui.models.nodes import NoteNode, VmNode
from hvtree.ui.models.tree_icons import icon_name
from hvtree.ui.models.tree_model import TreeModel
from tests.support.trees import lab
from tests.ui.models.shown import node_of
from tests.ui.models.vms import HOST, plain, view_of


def note(model: TreeModel) -> QModelIndex:
    """Return the only row below the host."""
    host = model.index_of_host(HOST)
    assert model.rowCount(host) == 1
    return model.index(0, 0, host)


@pytest.mark.parametrize(
    ("phase", "error", "text", "icon"),
    [
        (ConnectionPhase.CONNECTING, None, "Connecting to xHost16…", "busy"),
        (ConnectionPhase.CONNECTED, None, "Reading xHost16…", "busy"),
        (
            ConnectionPhase.FAILED,
            ConnectionFailure("Nobody answers.", now="Check the name."),
            "Nobody answers. Check the name.",
            "error",
        ),
        (ConnectionPhase.FAILED, None, "xHost16 cannot be reached.", "error"),
        (ConnectionPhase.STALE, None, "The connection to xHost16 is lost.", "error"),
        (ConnectionPhase.CLOSED, None, "Not connected to xHost16.", "info"),
    ],
)
def test_a_host_that_was_never_read_says_why(
    model: TreeModel, phase: ConnectionPhase, error: ConnectionFailure | None, text: str, icon: str
) -> None:
    model.set_host(view_of(None, phase, error=error))
    assert plain(note(model).data()) == text
    assert icon_name(node_of(note(model))) == icon


def test_a_host_without_vms_says_so(model: TreeModel) -> None:
    model.set_host(view_of(lab()))
    assert note(model).data() == "This host has no VMs."


def test_the_rows_of_a_host_that_failed_stay_below_the_error(model: TreeModel) -> None:
    model.set_host(view_of(lab(web="a*")))
    model.set_host(
        view_of(lab(web="a*"), ConnectionPhase.FAILED, error=ConnectionFailure("The password was refused."))
    )
    host = model.index_of_host(HOST)
    assert [type(node_of(model.index(row, 0, host))) for row in range(2)] == [NoteNode, VmNode]


def test_a_filter_that_finds_nothing_says_so(model: TreeModel) -> None:
    model.set_host(view_of(lab(web="a*")))
    model.filter.set("zebra")
    assert plain(note(model).data()) == "Nothing on xHost16 matches the filter."


def test_a_placeholder_cannot_be_selected(model: TreeModel) -> None:
    model.set_host(view_of(lab()))
    assert not note(model).flags() & Qt.ItemFlag.ItemIsSelectable


def test_becoming_stale_is_told_once(model: TreeModel, qtbot: QtBot) -> None:
    told: list[str] = []
    model.freshness_changed.connect(told.append)
    model.set_host(view_of(lab(web="a*")))
    model.set_host(view_of(lab(web="a*"), ConnectionPhase.STALE))
    model.set_host(view_of(lab(web="a*"), ConnectionPhase.CONNECTING))
    model.set_host(view_of(lab(web="a*")))
    assert told == [HOST, HOST]
