"""Start Group…, Save Group… and Shut Down Group…: all members in their order; they stop the other way round."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from hvtree.domain.address import VmAddress
from hvtree.domain.group import StartStage, place_of, start_stages
from hvtree.operations.base import Operation
from hvtree.operations.group_power import SaveGroup, ShutDownGroup, StartGroup
from hvtree.ui.dialogs.form import Choice, Form
from hvtree.ui.intents.edit_group import SELECT_A_GROUP
from hvtree.ui.intents.operation_intent import Draft, OperationIntent
from hvtree.ui.known_groups import KnownGroups
from hvtree.ui.menu_names import Menu
from hvtree.ui.selection import Kind, Selection

_Make = Callable[[tuple[VmAddress, ...], tuple[StartStage, ...]], Operation]


def operation(make: _Make, selection: Selection, *, known: KnownGroups | None = None) -> Operation | None:
    """Return what is to be done to the members of a group that can be found, in their order."""
    group = known.group(selection) if known is not None else None
    if group is None or known is None:
        return None
    fleet = known.present()
    places = ((each, place_of(each.vm, fleet)) for each in group.members)
    there = [replace(each, vm=place) for each, place in places if place is not None]
    return make(tuple(each.vm for each in there), start_stages(there)) if there else None


def _form(caption: str, draft: Draft) -> Form:
    return Form(caption, "Continue", Choice(draft.operation()))


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
        form=partial(_form, text.replace("&", "").rstrip("…")),
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
