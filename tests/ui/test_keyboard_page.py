"""Help ▸ Keyboard: every key that HVTree answers."""

from PySide6.QtCore import Qt

from hvtree.ui.intents.keyboard import KEYBOARD, KeyboardDialog, key_rows, spelled
from hvtree.ui.intents.registry import INTENTS
from hvtree.ui.views.filter_field import FILTER_KEYS
from hvtree.ui.views.tree_keys import TREE_KEYS
from tests.support.window import AtWindow, WindowUser


def test_the_page_lists_every_key_of_every_intention() -> None:
    rows = {(row.keys, row.does) for row in key_rows(INTENTS)}
    for each in INTENTS:
        if each.keys or each.tree_keys:
            assert (spelled((*each.keys, *each.tree_keys)), each.plain_text) in rows


def test_the_page_lists_the_keys_of_tree_and_filter() -> None:
    rows = {(row.keys, row.does) for row in key_rows(INTENTS)}
    assert {(spelled(each.keys), each.does) for each in TREE_KEYS if each.does} <= rows
    assert {(spelled(keys), does) for keys, does in FILTER_KEYS} <= rows


def test_a_key_of_the_tree_without_words_belongs_to_an_intention() -> None:
    silent = {key for each in TREE_KEYS if not each.does for key in each.keys}
    assert silent <= {key for each in INTENTS for key in each.tree_keys} | {"Return"}


def test_f1_opens_the_page(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await user.key(Qt.Key.Key_F1)
        dialog = await user.dialog()
        assert isinstance(dialog.widget, KeyboardDialog)
        assert any("F1" in row.keys for row in dialog.widget.rows)
        dialog.press("Close")

    at_window(story, web="")


def test_the_help_menu_opens_the_page(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.choose_from("Help", KEYBOARD.plain_text)
        dialog = await user.dialog()
        assert isinstance(dialog.widget, KeyboardDialog)
        dialog.press("Close")

    at_window(story, web="")
