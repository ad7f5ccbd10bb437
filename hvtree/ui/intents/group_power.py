"""Start Group…, Save Group… and Shut Down Group…: all members in their order; they stop the other way round."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from hvtree.domain.address import VmAddress
from hvtree.domain.group import StartStage, start_stages
from hvtree.domain.group_members import there_and_lost
from hvtree.operations.group_power import SaveGroup, ShutDownGroup, StartGroup
from hvtree.ui.dialogs.form import Choice, Form
from hvtree.ui.dialogs.lost_members_box import LostMembersBox
from hvtree.ui.intents.edit_group import SELECT_A_GROUP
from hvtree.ui.intents.operation_intent import Draft, OperationIntent
from hvtree.ui.known_groups import KnownGroups
from hvtree.ui.menu_names import Menu
from hvtree.ui.selection import Kind, Selection

_GroupPower = StartGroup | SaveGroup | ShutDownGroup
_Make = Callable[[tuple[VmAddress, ...], tuple[StartStage, ...]], _GroupPower]


def operation(
    make: _Make, selection: Selection, *, with_lost: bool = False, known: KnownGroups | None = None
) -> _GroupPower | None:
    """Return what is to be done to the members of a group, where they are now and in their order; None if none can be found.

    `with_lost` counts members that cannot be found, so that the plan is refused, naming them.
    """
    group = known.group(selection) if known is not None else None
    if group is None or known is None:
        return None
    there, lost = there_and_lost(group.members, known.present())
    if not there:
        return None
    return make(
        (*(each.vm for each in there), *(each.member.vm for each in (lost if with_lost else ()))),
        start_stages(there),
    )


class GroupPowerForm(Form):
    """Asks only about members that cannot be found."""

    def __init__(self, caption: str, draft: Draft) -> None:
        super().__init__(caption)
        self._draft = draft
        self._without = LostMembersBox(len(self._vms(with_lost=True)) - len(self._vms(with_lost=False)))
        self._without.toggled.connect(self.changed)
        self.show_fields(self._without)

    def choices(self) -> tuple[Choice, ...]:
        return (Choice(self._draft.operation(with_lost=not self._without.isChecked())),)

    def _vms(self, *, with_lost: bool) -> tuple[VmAddress, ...]:
        made = self._draft.operation(with_lost=with_lost)
        assert isinstance(made, StartGroup | SaveGroup | ShutDownGroup)
        return made.vms


def _intent(verb: str, text: str, tip: str, icon: str, make: _Make) -> OperationIntent:
    return OperationIntent(
        id=f"group.{verb}",
        text=text,
        tip=tip,
        icon=icon,
        menu=Menu.GROUP,
        section=3,
        context=frozenset({Kind.GROUP}),
        unfit=SELECT_A_GROUP,
        operation=partial(operation, make),
        form=partial(GroupPowerForm, text.replace("&", "").rstrip("…")),
        knows_groups=True,
    )


START_GROUP = _intent(
    "start", "&Start Group…", "Start the members that do not run, in their order.", "vm-running", StartGroup
)
SAVE_GROUP = _intent(
    "save", "Sa&ve Group…", "Save the members that run, those that start first last.", "vm-saved", SaveGroup
)
SHUT_DOWN_GROUP = _intent(
    "shut_down",
    "Shut Down Gro&up…",
    "Ask the guests of the members that run to shut down, those that start first last.",
    "vm-off",
    ShutDownGroup,
)
