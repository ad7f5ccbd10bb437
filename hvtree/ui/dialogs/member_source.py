"""Where the members of a new group come from: what is selected, a VM group of Hyper-V's own, or what a filter finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QLabel,
    QLineEdit,
    QRadioButton,
    QSizePolicy,
    QStackedWidget,
    QWidget,
)

from hvtree.domain.address import VmAddress
from hvtree.domain.fleet import Fleet
from hvtree.domain.found_vms import FoundVms
from hvtree.domain.group import members_at
from hvtree.domain.search import Query, parse
from hvtree.domain.vm_group import VmGroup
from hvtree.domain.vm_group_choice import Known, VmGroupChoice, choices, chosen
from hvtree.ui.dialogs.member_source_words import (
    ASKS,
    NOTHING_TYPED,
    choice_words,
    filter_words,
    no_vm_groups_words,
    twin_words,
    vm_group_words,
)
from hvtree.ui.widgets.layouts import in_column, in_row
from hvtree.ui.widgets.wrap_label import WrapLabel

_LEAST_CHARACTERS = 30


class Source(IntEnum):
    """Where members come from."""

    SELECTED = 0
    VM_GROUP = 1
    FILTER = 2


class MemberSource(QWidget):
    """Proposes members; the sentence below says what they are, or why there are none."""

    proposed = Signal(object)
    """The `Member`s that the choice comes to: none while it is not known."""
    vm_groups_wanted = Signal()
    """The hosts are to be asked for their VM groups; `show_vm_groups` takes the answers."""
    search_wanted = Signal()
    """What is `wanted` is to be looked for; `show_found` takes what is found."""

    def __init__(self, selected: Iterable[VmAddress], filter_text: str, fleet: Fleet) -> None:
        """It begins with what is selected; where no VM is, but there is a filter, with what that finds."""
        super().__init__()
        self._fleet = fleet
        self._selected = tuple(each for each in selected if fleet.find_vm(each) is not None)
        self._known: Known | None = None
        self._problems: tuple[str, ...] = ()
        self._found: tuple[str, FoundVms] | None = None
        self._is_over = False
        self.buttons = {
            Source.SELECTED: QRadioButton("&Selected VMs"),
            Source.VM_GROUP: QRadioButton("A &VM group of Hyper-V"),
            Source.FILTER: QRadioButton("What a &filter finds"),
        }
        self.vm_groups = QComboBox()
        self.filter = QLineEdit(filter_text)
        self._fields = QStackedWidget()
        self._note = WrapLabel(is_muted=True)
        self._build()
        self.buttons[Source.FILTER if filter_text and not self._selected else Source.SELECTED].setChecked(
            True
        )
        self._group.buttonToggled.connect(self._on_toggled)
        self.vm_groups.activated.connect(self._propose)
        self.filter.textChanged.connect(self._on_typed)

    @property
    def source(self) -> Source:
        """Where members come from now."""
        return next(each for each, button in self.buttons.items() if button.isChecked())

    @property
    def wanted(self) -> tuple[str, Query] | None:
        """What is still to be looked for, as it was typed and as it was understood; None for nothing."""
        text = self.filter.text()
        is_known = self._is_over or (self._found is not None and self._found[0] == text)
        if is_known or self.source is not Source.FILTER or not (query := parse(text)).terms or query.problems:
            return None
        return text, query

    def note(self) -> str:
        """Return the sentence below."""
        return self._note.text()

    def begin(self) -> None:
        """Propose what it begins with."""
        self._on_toggled(self.buttons[self.source], True)

    def end(self) -> None:
        """Take no more answers: the dialog is closed."""
        self._is_over = True

    def show_vm_groups(self, known: Mapping[str, Sequence[VmGroup]], problems: Iterable[str]) -> None:
        """Show the VM groups of the hosts, and why some of these have told none."""
        if self._is_over:
            return
        self._known, self._problems = known, tuple(problems)
        for each in choices(known):
            self.vm_groups.addItem(choice_words(each, chosen(each, known, self._fleet), self._fleet), each)
        self._propose()

    def show_found(self, text: str, found: FoundVms) -> None:
        """Show what was found for a text."""
        if self._is_over:
            return
        self._found = text, found
        self._propose()

    def _on_toggled(self, _button: QRadioButton, is_checked: bool) -> None:
        if not is_checked:
            return
        if self.source is Source.VM_GROUP and self._known is None:
            self.vm_groups_wanted.emit()
        self._propose()
        if self.source is Source.FILTER:
            self.filter.setFocus()
            self._search()

    def _on_typed(self, _text: str) -> None:
        self._propose()
        self._search()

    def _search(self) -> None:
        if self.wanted is not None:
            self.search_wanted.emit()

    def _propose(self) -> None:
        vms, words = self._choice()
        has_choice = self.source is Source.VM_GROUP and self.vm_groups.count() > 0
        self._fields.setVisible(has_choice or self.source is Source.FILTER)
        self._fields.setCurrentIndex(int(self.source is Source.FILTER))
        members = members_at(vms, self._fleet)
        self._note.setText(" ".join(filter(None, (words, twin_words(members)))))
        self._note.setVisible(bool(self._note.text()))
        self.proposed.emit(members)

    def _choice(self) -> tuple[tuple[VmAddress, ...], str]:
        """Return the VMs that are proposed, and what is to be said of them."""
        match self.source:
            case Source.SELECTED:
                return self._selected, "" if self._selected else "No VM is selected."
            case Source.VM_GROUP:
                return self._of_vm_group()
            case Source.FILTER:
                return self._of_filter()

    def _of_vm_group(self) -> tuple[tuple[VmAddress, ...], str]:
        if self._known is None:
            return (), ASKS
        choice = self.vm_groups.currentData()
        if not isinstance(choice, VmGroupChoice):
            return (), no_vm_groups_words(self._known, self._problems, self._fleet)
        found = chosen(choice, self._known, self._fleet)
        return found.vms, " ".join((vm_group_words(found), *self._problems))

    def _of_filter(self) -> tuple[tuple[VmAddress, ...], str]:
        text = self.filter.text()
        query = parse(text)
        if query.problems:
            return (), " ".join(each.sentence for each in query.problems)
        if not query.terms:
            return (), NOTHING_TYPED
        if self._found is None or self._found[0] != text:
            return (), ""
        found = self._found[1]
        return found.meant, filter_words(found, query, self._fleet)

    def _build(self) -> None:
        self._group = QButtonGroup(self)
        for each, button in self.buttons.items():
            self._group.addButton(button, each)
        caption = QLabel("Members")
        self.vm_groups.setAccessibleName("VM group")
        self.vm_groups.setMinimumContentsLength(_LEAST_CHARACTERS)
        self.vm_groups.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.filter.setAccessibleName("Filter")
        self.filter.setPlaceholderText("Filter by name, state: or host:")
        self.filter.setClearButtonEnabled(True)
        self._fields.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._fields.addWidget(self.vm_groups)
        self._fields.addWidget(self.filter)
        row = in_row(None, caption, *self.buttons.values(), None, spacing=12)
        in_column(self, row, self._fields, self._note, spacing=5)
