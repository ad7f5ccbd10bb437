"""The upper part of a dialog before an operation, and what such a dialog needs of the workspace."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine

from msgspec import Struct
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from hvtree.domain.address import VmAddress
from hvtree.operations.base import Operation, Plan
from hvtree.ui.widgets.layouts import in_column


class Planner(Struct, frozen=True):
    """Plans operations on hosts as they were last read."""

    hosts: tuple[str, ...]
    """What the hosts are called."""
    plan: Callable[[Operation], Plan]
    """Raises `HVTreeError` with the reason if the operation cannot be done."""
    aside: Aside | None = None
    """How to plan where that would hold up the window; None where it would not."""
    measure: Callable[[tuple[VmAddress, ...], Callable[[], None]], None] | None = None
    """Begins to read the sizes of VMs, and calls back when they are there or do not come in time; None to wait for none."""


class Aside(Struct, frozen=True):
    """Plans while the window goes on."""

    plan: Callable[[Operation], Awaitable[Plan]]
    """Raises as `Planner.plan` does."""
    start: Callable[[Coroutine[object, object, None]], None]
    """Keeps a task until it has ended."""


class Choice(Struct, frozen=True):
    """One of the things that a dialog's buttons may start."""

    operation: Operation
    text: str = ""
    """What the button says; empty for the text of the plan."""


class Form(QWidget):
    """The upper part of a dialog: in it the user says what exactly is wanted. In this one nothing is left to say."""

    is_loud = False
    """What it is about is so grave that its button is in the colour of danger."""
    changed = Signal()
    """`choices` would now return something else."""

    def __init__(self, caption: str, button: str = "Continue", *choices: Choice) -> None:
        super().__init__()
        self._choices = choices
        self.caption = caption
        """The title of the dialog."""
        self.button = button
        """What the button says until there is a plan with a text of its own."""

    def show_fields(self, *fields: QWidget) -> None:
        """Put the fields below each other; to be called once."""
        in_column(self, *fields, spacing=6)

    def choices(self) -> tuple[Choice, ...]:
        """Return one choice for each button, the recommended one first; the number never changes."""
        return self._choices

    def planned(self, plan: Plan) -> None:
        """Take note of the plan that is shown below."""

    def refused(self) -> None:
        """Take note that a refusal is shown below."""

    def withheld(self) -> str:
        """Return what has to be said in it before a button may be pressed; empty if nothing has."""
        return ""

    def focus_field(self) -> None:
        """Put the cursor into the first field; without fields the default button keeps the focus."""
