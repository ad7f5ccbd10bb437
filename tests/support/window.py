"""The user of the window: selects, chooses from menus, presses keys and buttons, reads what is shown.

    def test_…(at_window):
        async def story(user):
            user.select("web", "p1")
            user.choose("Delete Checkpoint…")
            (await user.dialog()).press("Delete checkpoint")
            await user.job_ended()
            assert user.shape("web") == "base*"

        at_window(story, web="base(p1*)")

The host is an emulated one in memory; time passes at once.
"""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialog,
    QLineEdit,
    QWidget,
)

from hvtree.app.credentials import Secret
from hvtree.app.host_view import HostView
from hvtree.app.memory.journal import JobJournal
from hvtree.app.memory.reader import HistoryReader
from hvtree.app.memory.run import Run
from hvtree.app.ports import Connection
from hvtree.app.recovery import Recoveries
from hvtree.app.workspace import Workspace
from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.errors import ConnectionFailure
from hvtree.domain.host_profile import HostProfile
from hvtree.domain.model import HostState, VirtualMachine
from hvtree.emulator.worlds.schema import World
from hvtree.jobs.job import JobView
from hvtree.ui.main_window import MainWindow
from hvtree.ui.selection import Selection
from hvtree.values import replace
from tests.support import trees
from tests.support.dialog_user import DialogUser, plain
from tests.support.emulated import PROFILE, SECRET, EmulatedHost, is_measured
from tests.support.qt_loop import VirtualQtLoop
from tests.support.window_menus import MenuUser

ANNA = Run(computer="PC17", user="anna", process=4711)
"""Whoever sits at the window, in the history."""

Story = Callable[["WindowUser"], Awaitable[Any]]
"""What a user does at the window, and what is to be seen there."""


class AtWindow(Protocol):
    """What the fixture `at_window` gives."""

    def __call__(
        self,
        story: Story,
        state: HostState | None = None,
        *,
        connects: bool = True,
        start_demo: Any = None,
        window: dict[str, Any] | None = None,
        **vms: Any,
    ) -> None: ...


class AtBook(Protocol):
    """What the fixture `at_book` gives."""

    def __call__(self, story: Story, **window: Any) -> None: ...


class WindowUser(MenuUser):
    """The window on emulated hosts, and what a user can do with it."""

    def __init__(
        self,
        loop: VirtualQtLoop,
        state: HostState,
        *,
        world: World | None = None,
        start_demo: Any = None,
        memory: Path | None = None,
        **window: Any,
    ) -> None:
        """`window` goes to the window: `book`, `try_out`. With a `memory` jobs are written down there."""
        self.loop = loop
        self.host = EmulatedHost(state, world)
        self.profile = replace(PROFILE, name=state.host)
        self._others: dict[str, EmulatedHost] = {}
        self.memory = memory
        self.workspace = Workspace(self._connect, clock=self.host.clock.now, **self._remembering(memory))
        self.window = MainWindow().fill(self.workspace, start_demo, clock=self.host.clock.now, **window)
        loop.busy.append(lambda: not self.window.model.busy.is_idle)
        loop.busy.append(lambda: not self.window.tree.expansion.work.is_idle)
        loop.busy.append(lambda: not self.window.bench.updating.is_idle)
        loop.busy.append(lambda: any(thread.name == "hvtree-off-loop" for thread in threading.enumerate()))

    # The host

    def _remembering(self, memory: Path | None) -> dict[str, Any]:
        """Return what the workspace takes to remember its jobs."""
        if memory is None:
            return {}
        journal = JobJournal(memory, self._profile_of, clock=self.host.clock.now, run=ANNA)
        history = HistoryReader(memory)
        return {"journal": journal, "history": history, "recoveries": Recoveries(history, journal)}

    def _profile_of(self, host_id: str) -> HostProfile:
        return self.workspace.profile(host_id)

    @property
    def view(self) -> HostView:
        return self.workspace.host(self.profile.name)

    @property
    def state(self) -> HostState:
        assert self.view.state is not None
        return self.view.state

    async def open_host(self) -> None:
        """Connect to the emulated host and wait until its tree is there, with all sizes."""
        self.add_host()
        await self.until(lambda: self.view.is_connected, "connected")
        await self.measured()

    async def measured(self) -> None:
        """Wait until the sizes of all VMs of all hosts are there."""
        await self.until(lambda: is_measured(self.workspace), "all sizes are there")

    def add_host(self) -> None:
        """Begin to connect to the emulated host."""
        self.window.hosts.add(self.profile, SECRET)

    async def open_another(
        self, state: HostState, world: World | None = None, *, opened_as: str = ""
    ) -> EmulatedHost:
        """Connect to another emulated host, with a world instead of VMs if one is given; wait until its sizes are there.

        `opened_as` is the name it is opened under, if that is not its own.
        """
        name = opened_as or state.host
        self._others[name] = EmulatedHost(state, world)
        self.window.hosts.add(replace(PROFILE, name=name), SECRET)
        await self.until(lambda: self.workspace.host(name).is_connected, f"{name} is connected")
        await self.measured()
        return self._others[name]

    async def until(self, holds: Any, what: str = "") -> None:
        await self.loop.until(holds, what)

    async def quiet(self) -> None:
        """Wait until everything that has been started is shown."""
        await self.loop.quiet()
        self.window.details.catch_up()

    def vm(self, name: str) -> VirtualMachine:
        """Return a VM of any host, as the workspace has read it last; names differ here."""
        return self._owner(name)[1]

    def shape(self, name: str) -> str:
        """Return the tree of a VM in one line, as the workspace has read it last."""
        return trees.shape(self.vm(name))

    def ref(self, vm_name: str, checkpoint_name: str) -> CheckpointRef:
        return self.address(vm_name, checkpoint_name).ref

    def vm_address(self, name: str) -> VmAddress:
        """Return where a VM is among all hosts."""
        host_id, vm = self._owner(name)
        return VmAddress(host_id, vm.id)

    def address(self, vm_name: str, checkpoint_name: str) -> CheckpointAddress:
        """Return where a checkpoint is among all hosts."""
        host_id, vm = self._owner(vm_name)
        (found,) = (each for each in vm.checkpoints if each.name == checkpoint_name)
        return CheckpointAddress(host_id, vm.id, found.id)

    # The tree

    def select(self, vm: str, checkpoint: str = "", *, more: bool = False) -> None:
        """Click on a VM, or on one of its checkpoints; `Now` is its Now leaf. `more` adds to the selection."""
        index = self._index(vm, checkpoint)
        assert index.isValid(), f"{vm} {checkpoint} is not in the tree"
        if more:
            self.window.tree.expansion.reveal(index)
            flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
            self.window.tree.selectionModel().setCurrentIndex(index, flags)
        else:
            self.window.tree.select(index)

    def rows(self) -> list[str]:
        """Return the names of the rows that can be seen, indented by their depth."""
        tree, lines = self.window.tree, []
        index = tree.model().index(0, 0)
        while index.isValid():
            lines.append("  " * _depth(index) + plain(str(index.data())))
            index = tree.indexBelow(index)
        return lines

    def open_rows(self, *vm_names: str) -> None:
        """Open the rows of some VMs."""
        for name in vm_names:
            self.window.tree.expand(self._index(name, ""))

    def close_rows(self, *vm_names: str) -> None:
        """Close the rows of some VMs."""
        for name in vm_names:
            self.window.tree.collapse(self._index(name, ""))

    def show_at_top(self, vm: str) -> None:
        """Scroll until a VM is the first row."""
        self.window.tree.scrollTo(self._index(vm, ""), QAbstractItemView.ScrollHint.PositionAtTop)

    def title(self) -> str:
        return plain(self.window.windowTitle())

    def status(self) -> tuple[str, ...]:
        """Return what the status bar shows, from the left."""
        return tuple(plain(text) for text in self.window.status.texts())

    def look_after_a_second(self) -> None:
        """Let the window update what moves with time, as it does each second; its timers do not know of virtual time."""
        for timer in self.window.findChildren(QTimer):
            if timer.interval() == 1000:
                timer.timeout.emit()

    # Orders

    @property
    def selection(self) -> Selection:
        return self.window.selection.value

    async def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key in the tree, once the window has taken in what was done before."""
        await self.quiet()
        self.window.activateWindow()
        self.window.tree.setFocus()
        QTest.keyClick(self.window.tree, key, modifiers)

    def type_in_place(self, text: str) -> None:
        """Type a new name into the row that is being edited, and confirm it."""
        edit = self.window.tree.viewport().findChild(QLineEdit)
        assert edit is not None, "no name is being edited"
        edit.setText(text)
        QTest.keyClick(edit, Qt.Key.Key_Return)

    def filter(self, text: str) -> None:
        """Type into the filter."""
        self.window.filter_field.setText(text)
        self.window.model.busy.finish()
        self.window.tree.expansion.work.finish()

    def press_in_filter(self, key: Qt.Key) -> None:
        QTest.keyClick(self.window.filter_field, key)

    def leave_filter(self) -> None:
        self.press_in_filter(Qt.Key.Key_Escape)

    def go_down(self) -> None:
        """Let the host be out of reach from now on."""
        lost = ConnectionFailure("The connection was cut.", why="The cable is out.")
        self.host.down = lost
        self.host.lose(lost)

    def come_back(self) -> None:
        """Let the host answer again."""
        self.host.down = None

    # Dialogs and jobs

    def open_dialog(self) -> DialogUser | None:
        """Return the dialog that is open; None if there is none."""
        shown = self.open_dialogs()
        return DialogUser(shown[-1]) if shown else None

    def open_dialogs(self) -> list[QDialog]:
        """Return all dialogs that are open, the latest last."""
        return [each for each in self.window.findChildren(QDialog) if each.isVisible()]

    async def dialog(self) -> DialogUser:
        """Wait for a dialog."""
        await self.until(lambda: self.open_dialog() is not None, "a dialog")
        found = self.open_dialog()
        assert found is not None
        return found

    @property
    def jobs(self) -> tuple[JobView, ...]:
        return self.workspace.jobs

    async def job_ended(self, count: int = 1) -> JobView:
        """Wait until so many jobs have ended; return the last one."""
        await self.until(
            lambda: sum(job.verdict is not None for job in self.jobs) >= count, f"{count} jobs have ended"
        )
        return self.jobs[count - 1]

    def _index(self, vm: str, checkpoint: str) -> QModelIndex:
        host_id, owner = self._owner(vm)
        model = self.window.model
        if not checkpoint:
            return model.index_of_vm(host_id, owner.id)
        if checkpoint == "Now":
            return model.index_of_now(host_id, owner.id)
        return model.index_of(self.ref(vm, checkpoint), host_id)

    def _owner(self, vm_name: str) -> tuple[str, VirtualMachine]:
        """Return the only VM of that name on all hosts, with the id of its host."""
        (found,) = (
            (view.id, vm)
            for view in self.workspace.hosts
            if view.state is not None
            for vm in view.state.vms.values()
            if vm.name == vm_name
        )
        return found

    def _connect(self, profile: HostProfile, secret: Secret) -> Connection:
        return self._others.get(profile.name, self.host).connect(profile, secret)


def windows_left(window: QWidget) -> list[str]:
    """Return the windows and dialogs that are still open beside the main window."""
    return [
        f"{type(each).__name__} {each.windowTitle()!r}"
        for each in QApplication.topLevelWidgets()
        if each is not window and each.isVisible()
    ]


def _depth(index: QModelIndex) -> int:
    depth = 0
    while index.parent().isValid():
        index, depth = index.parent(), depth + 1
    return depth
