"""Which rows the tree has, when they are built, and how few of them change."""

from PySide6.QtCore import QModelIndex
from pytestqt.qtbot import QtBot

from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.model import HostState
from hvtree.ui.filtering import CurrentFilter
from hvtree.ui.models.columns import Column
from hvtree.ui.models.nodes import HostNode
from hvtree.ui.models.tree_model import TreeModel
from hvtree.values import replace
from tests.support.trees import READ_AT, id_of, lab, ref, vm
from tests.support.waiting import WAIT_MS
from tests.ui.models.shown import node_of, rows_of
from tests.ui.models.vms import HOST, chain, fan, plain, view_of


class TestRows:
    def test_now_is_the_last_row_below_the_checkpoint_that_the_vm_runs_on(self, model: TreeModel) -> None:
        state = lab(web="base(p1* p2)")
        model.set_host(view_of(state))
        base, p1, p2 = (id_of("web", name) for name in ("base", "p1", "p2"))
        ((_, below),) = rows_of(model, model.index_of_host(HOST))
        assert below == [(base, [(p1, [("now", [])]), (p2, [])])]

    def test_a_vm_without_checkpoints_has_its_now_directly_below(self, model: TreeModel) -> None:
        model.set_host(view_of(lab(web="")))
        assert rows_of(model, model.index_of_host(HOST)) == [(id_of("web"), [("now", [])])]

    def test_vms_are_in_the_order_of_their_names_with_numbers_by_value(self, model: TreeModel) -> None:
        model.set_host(view_of(lab(web10="", Web2="", db="")))
        host = model.index_of_host(HOST)
        assert [plain(model.index(row, 0, host).data()) for row in range(3)] == ["db", "Web2", "web10"]

    def test_hundreds_of_vms_come_in_one_piece(self, model: TreeModel) -> None:
        """For each piece Qt lays out all rows of the host."""
        come: list[int] = []
        model.rowsInserted.connect(lambda _parent, first, last: come.append(last - first + 1))
        vms = [replace(vm("", f"vm{number}"), name=f"vm{number}") for number in range(600)]
        model.set_host(view_of(HostState.of(HOST, READ_AT, vms)))
        assert come == [1, 600]

    def test_a_name_of_endless_digits_is_sorted_like_any_other(self, model: TreeModel) -> None:
        long = replace(vm("", "a"), name="9" * 5000)
        model.set_host(view_of(HostState.of(HOST, READ_AT, [long, replace(vm("", "b"), name="8")])))
        assert model.index(0, 0, model.index_of_host(HOST)).data().startswith("8")

    def test_hosts_stay_in_the_order_in_which_they_came(self, model: TreeModel) -> None:
        model.set_host(replace(view_of(), id="b", name="b"))
        model.set_host(replace(view_of(), id="a", name="a"))
        model.set_host(replace(view_of(), id="b", name="b"))
        assert model.host_ids == ("b", "a")

    def test_a_host_that_left_has_no_rows(self, model: TreeModel) -> None:
        model.set_host(view_of(lab(web="a*")))
        model.remove_host(HOST)
        assert model.rowCount() == 0
        assert not model.index_of_host(HOST).isValid()

    def test_an_index_that_outlived_its_row_answers_nothing(self, model: TreeModel) -> None:
        model.set_host(view_of(lab(web="a*")))
        kept = model.index_of_vm(HOST, id_of("web"))
        model.remove_host(HOST)
        assert kept.data() is None
        assert not kept.flags()
        assert not kept.parent().isValid()


class TestLaziness:
    def test_the_rows_of_a_vm_are_not_built_before_they_are_needed(self, model: TreeModel) -> None:
        model.set_host(view_of(lab(web="a(b*)")))
        index = model.index_of_vm(HOST, id_of("web"))
        assert model.hasChildren(index)
        assert model.canFetchMore(index)
        assert model.rowCount(index) == 0

    def test_looking_for_a_checkpoint_builds_its_vm_and_no_other(self, model: TreeModel) -> None:
        state = lab(web="a(b*)", db="x*")
        model.set_host(view_of(state))
        assert plain(model.index_of(ref(state, "web", "b")).data()) == "b"
        assert model.canFetchMore(model.index_of_vm(HOST, id_of("db")))

    def test_an_unbuilt_vm_takes_a_new_value_without_building(self, model: TreeModel) -> None:
        model.set_host(view_of(lab(web="a*")))
        model.set_host(view_of(lab(web="a(b*)")))
        index = model.index_of_vm(HOST, id_of("web"))
        assert model.rowCount(index) == 0
        assert len(rows_of(model, index)) == 1

    def test_a_thousand_checkpoints_deep_and_wide_are_shown(self, model: TreeModel) -> None:
        state = HostState.of(HOST, READ_AT, [chain(1000), fan(1000)])
        model.set_host(view_of(state))
        deep = model.index_of(CheckpointRef("deep", "c999"))
        levels = 0
        while deep.isValid():
            deep, levels = deep.parent(), levels + 1
        assert levels == 1002
        assert model.rowCount(model.index_of(CheckpointRef("wide", "c0"))) == 999

    def test_cutting_a_deep_chain_in_the_middle_keeps_what_was_below(self, model: TreeModel) -> None:
        model.set_host(view_of(HostState.of(HOST, READ_AT, [chain(1000)])))
        model.index_of(CheckpointRef("deep", "c999"))
        whole = chain(1000)
        rest = tuple(
            replace(each, parent_id="c499") if each.id == "c501" else each
            for each in whole.checkpoints
            if each.id != "c500"
        )
        moves, removals = [], []
        model.rowsMoved.connect(lambda *_: moves.append(1))
        model.rowsRemoved.connect(lambda *_: removals.append(1))
        model.set_host(view_of(HostState.of(HOST, READ_AT, [replace(whole, checkpoints=rest)])))
        model.busy.finish()
        assert (len(moves), len(removals)) == (1, 1)
        assert model.index_of(CheckpointRef("deep", "c501")).parent() == model.index_of(
            CheckpointRef("deep", "c499")
        )


class TestUpdates:
    def test_one_renamed_checkpoint_is_one_changed_row(self, model: TreeModel) -> None:
        state = lab(web="a(b*)", db="x(y*)")
        model.set_host(view_of(state))
        rows_of(model)
        changed = []
        model.dataChanged.connect(
            lambda first, last: changed.append((plain(first.data()), first.column(), last.column()))
        )
        web = state.vms[id_of("web")]
        renamed = tuple(replace(each, name="new") if each.name == "b" else each for each in web.checkpoints)
        model.set_host(view_of(state.with_vms(replace(web, checkpoints=renamed))))
        assert changed == [(name, 0, Column.NOTES) for name in (HOST, "web", "Now", "new")]

    def test_a_vm_that_only_ran_on_changes_no_row(self, model: TreeModel) -> None:
        state = lab(web="a(b*)")
        model.set_host(view_of(state))
        rows_of(model)
        changed = []
        model.dataChanged.connect(lambda first, _last: changed.append(type(node_of(first))))
        model.set_host(view_of(state.with_vms(replace(state.vms[id_of("web")], uptime_s=60, memory_bytes=5))))
        assert changed == [HostNode]

    def test_taking_a_checkpoint_inserts_it_and_moves_now(self, model: TreeModel) -> None:
        model.set_host(view_of(lab(web="a*")))
        rows_of(model)
        operations = []
        model.rowsInserted.connect(lambda *_: operations.append("insert"))
        model.rowsMoved.connect(lambda *_: operations.append("move"))
        model.rowsRemoved.connect(lambda *_: operations.append("remove"))
        model.set_host(view_of(lab(web="a(b*)")))
        assert operations == ["insert", "move"]


def test_many_vms_come_in_slices_between_other_events(model: TreeModel, qtbot: QtBot) -> None:
    big = HostState.of(HOST, READ_AT, [chain(3, f"vm{number}") for number in range(1500)])
    quick = TreeModel(CurrentFilter(), clock=lambda: READ_AT, slice_s=0)
    with qtbot.waitSignal(quick.busy.idle, timeout=WAIT_MS):
        quick.set_host(view_of(big))
        assert quick.rowCount(quick.index_of_host(HOST)) < 1500
    assert quick.rowCount(quick.index_of_host(HOST)) == 1500
    assert isinstance(node_of(quick.index(0, 0, QModelIndex())), HostNode)
