"""The filter's words are offered while typing; a misspelt one and an empty result say so, with a way out."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from tests.support.trees import lab
from tests.support.window import AtWindow, WindowUser

SPOKEN = Qt.ItemDataRole.AccessibleTextRole
NO_WORD = "‘foo:’ is not a filter word, so ‘foo:bar’ is looked for in names and notes."


def offered(user: WindowUser) -> list[str]:
    """Return what is in the list below the field; nothing if it is closed."""
    offers = user.window.filter_field.offers
    model = offers.popup_view.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())] if offers.is_open else []


def press(user: WindowUser, *keys: Qt.Key) -> None:
    """Press keys where a keyboard's would go: into the list while it is open, else into the field."""
    for key in keys:
        field = user.window.filter_field
        QTest.keyClick(field.offers.popup_view if field.offers.is_open else field, key)


def type_in(user: WindowUser, text: str) -> None:
    """Type into the field with the keyboard."""
    field = user.window.filter_field
    user.window.activateWindow()
    field.setFocus()
    for letter in text:
        QTest.keyClicks(field.offers.popup_view if field.offers.is_open else field, letter)


def button(user: WindowUser, words: str) -> QPushButton:
    """Return the button of the strip whose text begins so."""
    (found,) = (
        each
        for each in user.window.filter_strip.findChildren(QPushButton)
        if each.text().startswith(words) and each.isVisibleTo(user.window)
    )
    return found


def test_words_are_offered_while_typing_and_taken_by_keyboard(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        type_in(user, "ki")
        assert offered(user) == ["kind:"]
        press(user, Qt.Key.Key_Down, Qt.Key.Key_Return)
        assert user.window.filter_field.text() == "kind:"
        await user.quiet()
        assert "kind:recovery" in offered(user)
        type_in(user, "rec")
        assert offered(user) == ["kind:recovery"]
        press(user, Qt.Key.Key_Down, Qt.Key.Key_Return)
        await user.quiet()
        assert user.window.filter_field.text() == "kind:recovery "
        assert offered(user) == []
        assert user.window.filter_field.hasFocus()
        assert user.rows() == ["vhost", "  web", "    base", "      old"]

    at_window(story, web="base(old:Recovery p1*)", db="x*")


def test_no_meaning_in_the_list_is_cut(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        popup = user.window.filter_field.offers.popup_view
        font = popup.font()
        font.setPointSize(round(font.pointSize() * 1.4))
        popup.setFont(font)
        type_in(user, "kind:")
        advance = popup.fontMetrics().horizontalAdvance
        spoken = [str(popup.model().index(row, 0).data(SPOKEN)) for row in range(popup.model().rowCount())]
        assert popup.viewport().width() > max(map(advance, spoken))
        user.window.filter_field.offers.close()

    at_window(story, web="base*")


def test_a_word_is_taken_by_a_click(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        type_in(user, "web st")
        popup = user.window.filter_field.offers.popup_view
        place = popup.visualRect(popup.model().index(0, 0)).center()
        QTest.mouseClick(popup.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert user.window.filter_field.text() == "web state:"

    at_window(story, web="base*")


def test_all_words_are_listed_on_demand_by_key_and_by_the_sign_in_the_field(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        field = user.window.filter_field
        QTest.keyClick(field, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
        assert {"kind:", "older:", "larger:", "host:"} <= set(offered(user))
        press(user, Qt.Key.Key_Escape)
        assert offered(user) == []
        (mark, *_) = field.actions()
        mark.trigger()
        assert "kind:" in offered(user)
        field.offers.close()

    at_window(story, web="base*")


def test_the_open_hosts_are_offered(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await user.open_another(lab("other", app="a*"))
        type_in(user, "host:")
        assert offered(user) == ["host:vhost", "host:other"]
        type_in(user, "ot")
        press(user, Qt.Key.Key_Down, Qt.Key.Key_Return)
        await user.quiet()
        assert "  app" in user.rows()
        assert "  web" not in user.rows()

    at_window(story, web="base*")


@pytest.mark.parametrize("number", [2, 3], ids=["its own name", "the name it was opened under"])
def test_each_name_of_a_host_that_is_offered_finds_it(at_window: AtWindow, number: int) -> None:
    async def story(user: WindowUser) -> None:
        await user.open_another(lab("xHost16", app="a*"), opened_as="10.0.0.7")
        type_in(user, "host:")
        assert offered(user) == ["host:vhost", "host:xHost16", "host:10.0.0.7"]
        press(user, *[Qt.Key.Key_Down] * number, Qt.Key.Key_Return)
        await user.quiet()
        assert "  app" in user.rows()
        assert "  web" not in user.rows()

    at_window(story, web="base*")


def test_enter_goes_to_the_tree_as_long_as_nothing_is_chosen_in_the_list(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        type_in(user, "ol")
        assert offered(user) == ["older:"]
        press(user, Qt.Key.Key_Return)
        assert offered(user) == []
        assert user.window.filter_field.text() == "ol"
        assert user.window.tree.hasFocus()

    at_window(story, web="base(old*)")


def test_escape_closes_the_list_first_and_then_empties_the_filter(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        type_in(user, "ol")
        press(user, Qt.Key.Key_Escape)
        assert offered(user) == []
        assert user.window.filter_field.text() == "ol"
        press(user, Qt.Key.Key_Escape)
        assert user.window.filter_field.text() == ""
        assert user.window.tree.hasFocus()

    at_window(story, web="base(old*)")


def test_an_ordinary_word_opens_no_list_and_down_goes_to_the_tree(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        type_in(user, "p1")
        assert offered(user) == []
        press(user, Qt.Key.Key_Down)
        assert user.window.tree.hasFocus()

    at_window(story, web="base(p1*)")


def test_a_misspelt_word_says_so_and_is_put_right_by_a_button(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await user.quiet()
        before = user.rows()
        user.filter("oldr:1d")
        await user.quiet()
        said = "‘oldr:’ is not a filter word. Did you mean ‘older:’?"
        assert user.window.filter_strip.text().startswith(said)
        assert said in user.window.filter_field.toolTip()
        assert user.rows() == before
        button(user, "Filter by older:1d").click()
        await user.quiet()
        assert user.window.filter_field.text() == "older:1d"
        assert user.window.filter_strip.text() == ""

    at_window(story, web="base*")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("zzz", "Nothing matches ‘zzz’. Words are looked for in names and notes."),
        ("web zzz", "Nothing matches ‘web zzz’. One and the same VM or checkpoint has to match all of it."),
        (
            "foo:bar",
            f"Nothing matches ‘foo:bar’. {NO_WORD}",
        ),
        ("kind:missing", "Nothing matches ‘kind:missing’."),
    ],
)
def test_a_filter_that_finds_nothing_says_why_and_is_emptied_by_a_button(
    at_window: AtWindow, text: str, why: str
) -> None:
    async def story(user: WindowUser) -> None:
        await user.quiet()
        before = user.rows()
        user.filter(text)
        await user.quiet()
        assert user.window.filter_strip.text() == why
        button(user, "Clear Filter").click()
        await user.quiet()
        assert user.window.filter_field.text() == ""
        assert user.rows() == before
        assert user.window.filter_strip.text() == ""

    at_window(story, web="base*")


def test_the_list_says_to_a_screen_reader_what_each_word_means(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        type_in(user, "ol")
        popup = user.window.filter_field.offers.popup_view
        assert popup.accessibleName() == "What the filter may look for"
        spoken = popup.model().index(0, 0).data(SPOKEN)
        assert spoken == "older: taken longer ago"
        user.window.filter_field.offers.close()

    at_window(story, web="base*")
