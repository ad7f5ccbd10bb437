"""The dialog before every operation: the form above, its live plan below, verbs on the buttons.

A button starts exactly what is shown. Where a dialog offers two ways (with or without a safety checkpoint), a button
whose plan is not shown only shows it when it is pressed, by mouse or by key; pressed again, it starts it. A button that
the Tab key goes to shows its plan as well, so that the ring of the default button and the shown plan agree.
"""

from __future__ import annotations

from collections.abc import Container, Iterable

from msgspec import Struct
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFrame, QPushButton, QScrollArea, QWidget
from shiboken6 import isValid

from hvtree.domain.address import VmAddress
from hvtree.domain.errors import HVTreeError
from hvtree.domain.plain_text import plain_lines
from hvtree.domain.words import count_words
from hvtree.operations.base import Plan, Risk
from hvtree.ui.dialogs.form import Aside, Choice, Form, Planner
from hvtree.ui.dialogs.plan_pane import PlanPane
from hvtree.ui.format import plain_tip
from hvtree.ui.widgets.banner import Banner, Tone
from hvtree.ui.widgets.layouts import in_dialog, paint_as_danger
from hvtree.ui.widgets.wrap_label import WrapLabel

_WIDTH = 680
_MOST_HEIGHT = 900
"""Of a dialog with much to show, where the screen has room for it."""
_AROUND_DIALOG = 80
"""Pixels of the screen for its frame and a little air."""
_LEAST_HEIGHT = 380
_AROUND = 170
"""Pixels for headings, margins and buttons around form and plan."""


class Offer(Struct, frozen=True):
    """What one button would start: its plan, or the reason why there is none."""

    choice: Choice
    plan: Plan | None = None
    refusal: HVTreeError | None = None


class OperationDialog(QDialog):
    """Shows the plan for what the form says, and takes the user's decision."""

    def __init__(
        self,
        planner: Planner,
        form: Form,
        parent: QWidget | None = None,
        *,
        offers: tuple[Offer, ...] | None = None,
    ) -> None:
        """`offers` is what it begins with, where that has been planned already."""
        super().__init__(parent)
        self._planner = planner
        self._form = form
        self._shown = 0
        self._is_turned_to = False
        """The user has turned to what is shown, away from what was shown first."""
        self._is_touched = False
        self._is_key_held = False
        self._is_over = False
        self._asked: set[VmAddress] = set()
        """VMs whose sizes were asked for here."""
        self._awaited: set[VmAddress] = set()
        """Those of them for which it still waits."""
        self.agreed: Plan | None = None
        """The plan whose button was pressed; None until then."""
        self.offers: tuple[Offer, ...] = ()
        self.pane = PlanPane()
        self._area = _scrolling(self.pane)
        self._heading = WrapLabel(form.caption, is_bold=True, scale=1.2)
        self._subheading = WrapLabel(_where(planner.hosts), is_muted=True)
        self._note = Banner(Tone.WARNING)
        self._waiting = Banner(Tone.INFO)
        self._cancel = QPushButton("Cancel")
        self._buttons = [self._make_button(index) for index in range(len(form.choices()))]
        self._requests = 0
        self._build(form)
        self._take(offers or self._offers())
        self._default_button().setFocus()
        form.focus_field()
        form.changed.connect(self._on_form_changed)
        self.finished.connect(self._on_finished)
        self._resize_to_plan()

    @property
    def plan(self) -> Plan | None:
        """The plan that is on the screen."""
        return self.offers[self._shown].plan

    def heading(self) -> str:
        """Return the sentence at the top."""
        return self._heading.text()

    def buttons(self) -> tuple[QPushButton, ...]:
        """Return all buttons, Cancel last."""
        return (*self._buttons, self._cancel)

    def show_note(self, text: str, more: str = "") -> None:
        """Show something above the plan that the user must read first."""
        self._note.show_text(Tone.WARNING, text, more)
        self._note.show()

    def replan(self) -> None:
        """Plan again, from what the form says and the last readings; until there is another plan the present one stays."""
        self._requests += 1
        aside = self._planner.aside
        if aside is None:
            self._take(self._offers())
        else:
            aside.start(self._replan_aside(aside, self._requests))

    async def _replan_aside(self, aside: Aside, request: int) -> None:
        offers = await offers_aside(aside, self._form)
        if request == self._requests and isValid(self) and self.isVisible():
            self._take(offers)

    def _take(self, offers: tuple[Offer, ...]) -> None:
        """Show what the buttons would start."""
        self.offers = offers
        for offer, button in zip(self.offers, self._buttons, strict=True):
            button.setText(_button_text(offer, button.text() or self._form.button))
            if offer.plan is None and self.focusWidget() is button:
                self._cancel.setFocus()  # Qt would go on to the next button, with another plan
        self._ask_for_sizes()
        if self.offers[self._shown].plan is None:
            usable = (index for index, offer in enumerate(self.offers) if offer.plan is not None)
            self._shown, self._is_turned_to = next(usable, 0), False
        self._show_offer(self._shown)
        self._enable_buttons()
        if self.focusWidget() not in self.buttons():
            self._default_button().setDefault(True)

    def _enable_buttons(self) -> None:
        """Let those be pressed whose plans are there and need not wait, once the form has said what has to be said."""
        withheld = self._form.withheld()
        for offer, button in zip(self.offers, self._buttons, strict=True):
            button.setEnabled(offer.plan is not None and not self._waits_for(offer.plan) and not withheld)
            if withheld:
                button.setToolTip(plain_tip(withheld))

    def sizes_waited_for(self, vms: Iterable[VmAddress]) -> None:
        """Be told that sizes have come, or that nobody waits for them any longer: then the plan may be carried out without."""
        self._awaited.difference_update(vms)
        if not self._is_over:
            self.replan()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if len(self._buttons) > 1 and watched in self._buttons:
            if event.type() is QEvent.Type.FocusIn:
                self._turn_to(self._buttons.index(watched))
            elif _is_repetition(event) or (self._is_key_held and event.type() is QEvent.Type.Shortcut):
                return True
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Note of each key whether it is held down: the shortcut that it may stand for does not tell."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            self._is_key_held = event.isAutoRepeat()
        return super().event(event)

    def _make_button(self, index: int) -> QPushButton:
        button = QPushButton()
        button.setFocusPolicy(
            Qt.FocusPolicy.TabFocus
        )  # a press shows the plan before the button takes the focus
        button.clicked.connect(lambda: self._on_pressed(index))
        button.installEventFilter(self)
        return button

    def _build(self, form: Form) -> None:
        self.setWindowTitle(form.caption)
        self.setModal(True)
        self._note.hide()
        self._waiting.hide()
        for button in self._buttons if form.is_loud else ():
            paint_as_danger(button)
        self._subheading.setVisible(bool(self._planner.hosts))
        area = self._area
        parts = (self._heading, self._subheading, self._note, form, area, self._waiting, self._button_row())
        in_dialog(self, *parts).setStretchFactor(area, 1)
        # also a form without fields belongs to the dialog and ends with it
        form.setVisible(form.layout() is not None)
        fold = self.pane.powershell_fold
        fold.toggled.connect(lambda: QTimer.singleShot(0, fold, lambda: area.ensureWidgetVisible(fold)))

    def _button_row(self) -> QDialogButtonBox:
        row = QDialogButtonBox(Qt.Orientation.Horizontal)
        for button in self._buttons:
            row.addButton(button, QDialogButtonBox.ButtonRole.AcceptRole)
        row.addButton(self._cancel, QDialogButtonBox.ButtonRole.RejectRole)
        self._cancel.clicked.connect(self.reject)
        return row

    def _offers(self) -> tuple[Offer, ...]:
        return tuple(self._offer(choice) for choice in self._form.choices())

    def _offer(self, choice: Choice) -> Offer:
        try:
            return Offer(choice, plan=self._planner.plan(choice.operation))
        except HVTreeError as refusal:
            return Offer(choice, refusal=refusal)

    def _waits_for(self, plan: Plan) -> bool:
        can_wait = self._planner.measure is not None
        return can_wait and any(vm not in self._asked or vm in self._awaited for vm in plan.unmeasured)

    def _ask_for_sizes(self) -> None:
        """Ask for sizes that matter here, once for each VM; say why nothing can be started until they are there."""
        measure = self._planner.measure
        if measure is None:
            return
        plans = [offer.plan for offer in self.offers if offer.plan is not None]
        wanted = tuple(dict.fromkeys(vm for plan in plans for vm in plan.unmeasured if vm not in self._asked))
        self._asked.update(wanted)
        self._awaited.update(wanted)
        waiting = [plan for plan in plans if self._waits_for(plan)]
        words = _waiting_words(waiting[0], self._awaited) if waiting else ("", "")
        self._waiting.show_text(Tone.INFO, *words)
        self._waiting.setVisible(bool(waiting))
        if wanted:
            measure(wanted, lambda: self.sizes_waited_for(wanted))

    def _show_offer(self, index: int) -> None:
        self._shown = index
        offer = self.offers[index]
        for other, button in zip(self.offers, self._buttons, strict=True):
            button.setToolTip(plain_tip(_button_tip(other, is_shown=other is offer)))
        if offer.plan is not None:
            self._heading.setText(offer.plan.title)
            self.pane.show_plan(offer.plan, _plain(offer.choice.text), is_turned_to=self._is_turned_to)
            self._form.planned(offer.plan)
        elif offer.refusal is not None:
            self._heading.setText(self._form.caption)
            self.pane.show_refusal(offer.refusal, is_new=not self._is_touched)
            self._form.refused()
        self.setAccessibleDescription(plain_lines(f"{self._heading.text()}\n{self.pane.spoken()}"))

    def _default_button(self) -> QPushButton:
        """Return what Enter presses outside the buttons: the way that is shown if it loses nothing, and else Cancel."""
        is_harmless = self.plan is not None and self.plan.risk < Risk.FORGETS
        return self._buttons[self._shown] if is_harmless else self._cancel

    def _resize_to_plan(self) -> None:
        """Make room for the plan that is shown first, within limits; a longer one is scrolled."""
        width = _WIDTH
        wanted = self._form.sizeHint().height() + self.pane.heightForWidth(width - 60) + _AROUND
        room = min(self.screen().availableGeometry().height() - _AROUND_DIALOG, _MOST_HEIGHT)
        self.resize(width, max(min(wanted, room), _LEAST_HEIGHT))

    def _on_form_changed(self) -> None:
        self._is_touched = True
        self.replan()

    def _on_finished(self) -> None:
        self._is_over = True

    def _turn_to(self, index: int) -> None:
        """Show the plan of a button, from its beginning, and let Enter in a field mean no other one from now on."""
        if index == self._shown or self.offers[index].plan is None:
            return
        self._is_turned_to = True
        self._show_offer(index)
        self._area.verticalScrollBar().setValue(0)
        self._default_button().setDefault(True)

    def _on_pressed(self, index: int) -> None:
        """Start what a button says if its plan is on the screen; else show that plan, with the focus on the button."""
        if index != self._shown:
            self._turn_to(index)
            self._buttons[index].setFocus()
            return
        self.agreed = self.offers[index].plan
        if self.agreed is not None:
            self.accept()


async def offers_aside(aside: Aside, form: Form) -> tuple[Offer, ...]:
    """Return what the buttons of a dialog with this form would start, planned while the window goes on."""
    return tuple([await _offer_aside(aside, choice) for choice in form.choices()])


async def _offer_aside(aside: Aside, choice: Choice) -> Offer:
    try:
        return Offer(choice, plan=await aside.plan(choice.operation))
    except HVTreeError as refusal:
        return Offer(choice, refusal=refusal)


def _waiting_words(plan: Plan, awaited: Container[VmAddress]) -> tuple[str, str]:
    count = sum(vm in awaited for vm in plan.unmeasured)
    what = f"Sizes of disk files are being read: {count_words(count, 'VM')} to go…"
    return (
        what,
        f"‘{plan.button}’ can be pressed when they are there, or when the host does not tell them in time.",
    )


def _is_repetition(event: QEvent) -> bool:
    """Return whether an event is the second half of a double click, or comes of a key that is held down.

    Whoever means one press must not both see a plan and start it.
    """
    is_held = isinstance(event, QKeyEvent) and event.isAutoRepeat()
    return is_held or event.type() is QEvent.Type.MouseButtonDblClick


def _where(hosts: tuple[str, ...]) -> str:
    """Return "On host a", or "On hosts a, b and c"."""
    if len(hosts) < 2:
        return f"On host {''.join(hosts)}"
    return f"On hosts {', '.join(hosts[:-1])} and {hosts[-1]}"


def _button_text(offer: Offer, present: str) -> str:
    """Return the button's text; it stays the same while there is no plan."""
    if offer.choice.text:
        return offer.choice.text
    return offer.plan.button if offer.plan is not None else present


def _button_tip(offer: Offer, *, is_shown: bool) -> str:
    if offer.refusal is not None:
        return offer.refusal.sentence
    return "" if is_shown else f"Shows first what ‘{_plain(offer.choice.text)}’ does. Nothing is done yet."


def _plain(text: str) -> str:
    """Return the words of a button without the mark for the Alt key."""
    return text.replace("&", "")


def _scrolling(content: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(content)
    area.setAccessibleName("Plan")
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area
