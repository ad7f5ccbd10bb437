"""What every intention has in common: where it stands, when it can be chosen, and that its operation has one maker."""

import pytest
from PySide6.QtWidgets import QMenu

from hvtree.domain.errors import HVTreeError
from hvtree.domain.model import CheckpointType
from hvtree.operations.base import Operation, Plan
from hvtree.ui.dialogs.operation_dialog import OperationDialog
from hvtree.ui.intents.group import GROUP
from hvtree.ui.intents.operation_intent import OperationIntent
from hvtree.ui.intents.registry import INTENTS, intent
from hvtree.ui.menu_names import Menu
from hvtree.ui.selection import Kind, Selection
from hvtree.values import replace
from tests.support import trees
from tests.support.window import AtWindow, WindowUser

OPERATIONS = [each for each in INTENTS if isinstance(each, OperationIntent)]


def test_no_two_intentions_have_the_same_id_or_key() -> None:
    ids = [each.id for each in INTENTS]
    keys = [key for each in INTENTS for key in (*each.keys, *each.tree_keys)]
    assert len(set(ids)) == len(ids)
    assert len(set(keys)) == len(keys)


def test_no_two_entries_of_a_menu_answer_the_same_letter() -> None:
    for menu in Menu:
        letters = [each.text.partition("&")[2][:1].casefold() for each in INTENTS if each.menu is menu]
        assert len(set(letters)) == len(letters), menu


def test_an_intention_is_found_by_its_id() -> None:
    assert all(intent(each.id) is each for each in INTENTS)


def test_every_intention_stands_in_its_menu_and_nowhere_else(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        shown = {
            entry.objectName(): title.text()
            for title in user.window.menuBar().actions()
            for entry in QMenu.menuInAction(title).actions()
            if not entry.isSeparator()
        }
        assert shown == {each.id: each.menu.value for each in INTENTS}

    at_window(story, web="")


@pytest.mark.parametrize("kind", Kind)
def test_a_context_menu_offers_what_names_its_kind_of_selection(at_window: AtWindow, kind: Kind) -> None:
    async def story(user: WindowUser) -> None:
        menu = user.window.menus.context_menu(kind)
        offered = {entry.objectName() for entry in menu.actions() if not entry.isSeparator()}
        assert offered == {each.id for each in INTENTS if kind in each.context}
        menu.deleteLater()

    at_window(story, web="")


def test_the_tool_bar_has_the_buttons_that_ask_for_a_place_there_in_order(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        wanted = sorted((each.tool_bar, each.id) for each in INTENTS if each.tool_bar is not None)
        buttons = [entry.objectName() for entry in user.tool_bar().actions() if entry.objectName()]
        assert buttons == [intent_id for _, intent_id in wanted]

    at_window(story, web="")


@pytest.mark.parametrize("each", OPERATIONS, ids=lambda each: each.id)
@pytest.mark.parametrize(
    "chosen", ["web", "web Now", "web base", "web p1", "web p1 + p2", "web + db", "db", "off"]
)
def test_an_intention_is_enabled_exactly_if_its_operation_can_be_planned(
    at_window: AtWindow, each: OperationIntent, chosen: str
) -> None:
    async def story(user: WindowUser) -> None:
        _select(user, chosen)
        await user.quiet()
        operation = each.operation(user.selection)
        assert user.can(each) is (operation is not None and _can_be_planned(user, operation))

    off = replace(trees.vm("a*", "off"), checkpoint_type=CheckpointType.DISABLED)
    at_window(story, web="base(p1(p2*))", db="", off=off)


@pytest.mark.parametrize(
    "each",
    [e for e in OPERATIONS if e.to_decide is None and (not e.knows_groups or e is GROUP)],
    ids=lambda each: each.id,
)
def test_the_dialog_plans_what_the_maker_of_the_enabling_operation_makes(
    at_window: AtWindow, each: OperationIntent
) -> None:
    made: list[Operation | None] = []

    def operation(selection: Selection, **answers: object) -> Operation | None:
        made.append(each.operation(selection, **answers))
        return made[-1]

    async def story(user: WindowUser) -> None:
        of_vm = ("Now",) if each.id == "vm.delete_all" else ("Now", "base")
        for name in ("p1",) if each.menu is Menu.CHECKPOINT else of_vm:
            user.select("web", name, more=name == "base")
        if each.id == "vm.checkpoint_group":
            user.select("db", more=True)
        await user.quiet()
        user.window.run(replace(each, operation=operation))
        dialog = await user.dialog()
        assert isinstance(dialog.widget, OperationDialog)
        assert all(any(offer.choice.operation is one for one in made) for offer in dialog.widget.offers)
        dialog.press("Cancel")

    at_window(story, web="base(p1(p2*))", db="")


def test_a_selection_that_no_longer_fits_does_nothing(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.window.selection.set(Selection())
        for each in OPERATIONS:
            user.window.run(each)
        await user.quiet()
        assert user.open_dialog() is None
        assert user.jobs == ()

    at_window(story, web="base*")


def test_the_same_selection_on_the_same_reading_is_not_planned_again(
    at_window: AtWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        await user.quiet()
        planned: list[Operation] = []
        plan = user.workspace.plan

        def counted(operation: Operation) -> Plan:
            planned.append(operation)
            return plan(operation)

        monkeypatch.setattr(user.workspace, "plan", counted)
        user.context_menu()
        assert planned == []
        user.choose("Delete Checkpoint…")
        (await user.dialog()).press("Cancel")
        assert len(planned) == 1

    at_window(story, web="base(p1(p2*))")


def _select(user: WindowUser, chosen: str) -> None:
    vm, *rest = chosen.replace("+ ", "").split()
    if "+" in chosen and "p1" not in chosen:
        user.select(vm)
        user.select(rest[0], more=True)
    elif not rest:
        user.select(vm)
    for number, name in enumerate(rest if "p1" in chosen or "+" not in chosen else ()):
        user.select(vm, name, more=number > 0)


def _can_be_planned(user: WindowUser, operation: Operation) -> bool:
    try:
        user.workspace.plan(operation)
    except HVTreeError:
        return False
    return True
