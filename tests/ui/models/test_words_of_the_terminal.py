"""The window's tree and the terminal's say the same of a VM and of a checkpoint."""

import pytest
from PySide6.QtCore import Qt

from hvtree.cli.state_text import state_lines
from hvtree.domain.checkpoint import CheckpointKind
from hvtree.domain.model import Activity, VirtualMachine, VmState
from hvtree.ui.models.columns import Column
from hvtree.ui.models.tree_model import TreeModel
from hvtree.values import replace
from tests.support.trees import READ_AT, id_of, lab, ref, vm
from tests.ui.models.vms import HOST, view_of


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("  ") if cell.strip()]


@pytest.mark.parametrize("kind", CheckpointKind)
@pytest.mark.parametrize("tree", ["a*", "a~*", "a!*"])
def test_a_kind_of_checkpoint_reads_alike(model: TreeModel, kind: CheckpointKind, tree: str) -> None:
    state = lab(web=tree)
    web = state.vms[id_of("web")]
    state = state.with_vms(replace(web, checkpoints=(replace(web.checkpoints[0], kind=kind),)))
    model.set_host(view_of(state))
    shown = model.index_of(ref(state, "web", "a")).siblingAtColumn(Column.STATE).data()
    assert cells(state_lines(state, READ_AT)[5])[1] == shown


@pytest.mark.parametrize(
    "machine",
    [
        *(vm("a*", "web", state=state) for state in VmState),
        *(vm("a*", "web", activity=activity) for activity in Activity),
        vm("a*", "web", activity=Activity.MERGING, percent=40),
    ],
    ids=lambda one: f"{one.state} {one.activity} {one.percent}",
)
def test_what_a_vm_is_doing_reads_alike(model: TreeModel, machine: VirtualMachine) -> None:
    state = lab(web=machine)
    model.set_host(view_of(state))
    shown = (
        model.index_of_vm(HOST, id_of("web")).siblingAtColumn(Column.STATE).data(Qt.ItemDataRole.DisplayRole)
    )
    assert cells(state_lines(state, READ_AT)[4])[1] == shown.replace(" · ", ", ").replace("\u202f", " ")
