"""The groups in the window, as their user meets them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from hvtree.domain.group import Group, GroupMethod, Member
from hvtree.domain.group_mark import GroupMark
from hvtree.domain.passport import Passport
from hvtree.ui.models.group_keys import group_key
from hvtree.ui.models.group_members import MemberColumn
from hvtree.ui.views.groups import GroupsView
from tests.support.dialog_user import DialogUser, plain
from tests.support.window import WindowUser

FARM = "0b7e9f1c-54d2-4f7a-9a59-0d8f2b6f7a11"


class GroupUser:
    """The user of the groups of a window."""

    def __init__(self, user: WindowUser) -> None:
        self._user = user

    @property
    def view(self) -> GroupsView:
        return self._user.window.bench.left.groups

    async def show(self) -> None:
        """Turn to the groups, and wait until they are there."""
        QTest.keyClick(self._user.window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
        self._user.window.bench.left.show_groups()
        await self._user.quiet()

    async def make(
        self, name: str, *vms: str, method: GroupMethod = GroupMethod.PAUSE_AND_SAVE, group_id: str = FARM
    ) -> Group:
        """Keep a group of these VMs."""
        user = self._user
        members = tuple(Member(user.vm_address(vm), vm, number) for number, vm in enumerate(vms, start=1))
        made = await user.workspace.groups.save(Group(group_id, name, members, method), user.workspace.fleet)
        await user.quiet()
        return made

    async def take(self, name: str, group_id: str = FARM) -> str:
        """Take a group checkpoint of the group by its row, and return its id."""
        user = self._user
        await self.show()
        self.select(group_key(group_id))
        await user.quiet()
        user.choose("Checkpoint Group…")
        dialog = await user.dialog()
        dialog.type(name)
        jobs = len(user.jobs)
        dialog.press(f"Checkpoint {len(user.selection.targets)} VMs")
        await user.job_ended(jobs + 1)
        await user.quiet()
        (found,) = (
            each
            for each in user.workspace.groups.checkpoints(user.workspace.fleet).values()
            if each.name == name
        )
        return found.id

    async def mark(self, checkpoint: str, *vms: str, mark: GroupMark) -> None:
        """Let the notes of checkpoints say, as of another admin, that they were taken together."""
        user = self._user
        note = Passport("Patch day", group=mark, author="CORP\\anna").line
        for vm in vms:
            user.host.hyperv.set_vm_snapshot_notes({user.ref(vm, checkpoint).checkpoint_id: note})
        await user.until(
            lambda: all(user.vm(vm).group_marks for vm in vms), "the host tells of the group checkpoint"
        )
        await user.quiet()

    def rows(self) -> dict[str, list[str]]:
        """Return the rows: each group with its state, and below it names with states."""
        model = self.view.model
        tops = [model.index(row, 0) for row in range(model.rowCount())]
        return {
            _line(top): [_line(model.index(row, 0, top)) for row in range(model.rowCount(top))]
            for top in tops
        }

    def select(self, key: str) -> None:
        """Click on a row."""
        assert self.view.select(key), f"{key} is none of {self.rows()}"

    def selected(self) -> str:
        """Return the name of the row that is selected."""
        return plain(str(self.view.tree.currentIndex().siblingAtColumn(0).data()))

    def is_shown(self) -> bool:
        return self._user.window.bench.left.shows_groups

    def details(self) -> str:
        return plain(self._user.window.details.text())

    def choose_file(self, path: Path) -> None:
        """Choose a file in the dialog that asks for one."""
        (chooser,) = (each for each in self._user.window.findChildren(QFileDialog) if each.isVisible())
        chooser.fileSelected.emit(str(path))
        chooser.reject()

    @staticmethod
    def tick(dialog: DialogUser, vm: str) -> None:
        """Tick a VM in the dialog of a group, or untick it."""
        index = _row(dialog.widget, vm)
        is_member = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
        state = Qt.CheckState.Unchecked if is_member else Qt.CheckState.Checked
        index.model().setData(index, state, Qt.ItemDataRole.CheckStateRole)

    @staticmethod
    def set_order(dialog: DialogUser, vm: str, order: int, delay_s: int = 0) -> None:
        """Say when a VM starts, and how long the next ones wait."""
        index = _row(dialog.widget, vm)
        index.model().setData(index.siblingAtColumn(MemberColumn.ORDER), order)
        index.model().setData(index.siblingAtColumn(MemberColumn.DELAY), delay_s)

    @staticmethod
    def ticked(dialog: DialogUser) -> list[tuple[str, str]]:
        """Return the members that the dialog of a group shows, with their hosts."""
        model = dialog.widget.table.model()
        rows = (model.index(row, MemberColumn.VM) for row in range(model.rowCount()))
        return [
            (plain(str(each.data())), plain(str(each.siblingAtColumn(MemberColumn.HOST).data())))
            for each in rows
            if each.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
        ]

    @staticmethod
    def vm_groups(dialog: DialogUser) -> list[str]:
        """Return the VM groups of Hyper-V that the dialog of a group offers."""
        box = dialog.widget.source.vm_groups
        return [plain(box.itemText(row)) for row in range(box.count())]

    @staticmethod
    def offered(dialog: DialogUser) -> list[str]:
        """Return the VMs that the dialog of a group shows."""
        model = dialog.widget.table.model()
        return [plain(str(model.index(row, 0).data())) for row in range(model.rowCount())]


def _row(dialog: Any, vm: str) -> QModelIndex:
    model: QAbstractItemModel = dialog.table.model()
    found = [model.index(row, 0) for row in range(model.rowCount())]
    return next(each for each in found if plain(str(each.data())) == vm)


def _line(index: QModelIndex) -> str:
    return " | ".join(plain(str(index.siblingAtColumn(column).data())) for column in (0, 1))
