"""The columns use the room there is, until the user says how wide they are."""

import pytest

from hvtree.ui.models.columns import Column
from hvtree.ui.views.tree_view import TreeView


def widths(view: TreeView) -> list[int]:
    """Return the widths of the columns that are shown."""
    return [view.columnWidth(column) for column in Column if not view.isColumnHidden(column)]


@pytest.mark.parametrize("room", [760, 950, 1700])
def test_every_column_can_be_seen_without_scrolling(view: TreeView, room: int) -> None:
    view.resize(room, 300)
    assert sum(widths(view)) == view.viewport().width()
    assert min(widths(view)) >= 40


def test_names_and_notes_share_what_is_left_over(view: TreeView) -> None:
    view.resize(1000, 300)
    before = widths(view)
    view.resize(1600, 300)
    gained = [after - was for was, after in zip(before, widths(view), strict=True)]
    assert gained[Column.NAME] > 150
    assert gained[-1] > 250
    assert max(gained[Column.STATE], gained[Column.CREATED], gained[Column.SIZE]) < 40


def test_a_column_that_is_shown_on_demand_takes_its_room_from_the_others(view: TreeView) -> None:
    view.resize(1700, 300)
    view.columns.show_only([Column.TICKET])
    assert view.columns.shown == (Column.TICKET,)
    assert sum(widths(view)) == view.viewport().width()
    assert view.columnWidth(Column.TICKET) >= 60
    view.columns.show_only([])
    assert len(widths(view)) == 5


def test_a_width_that_the_user_has_chosen_stays(view: TreeView) -> None:
    view.resize(1000, 300)
    view.header().resizeSection(Column.STATE, 333)
    view.resize(800, 300)
    assert view.columnWidth(Column.STATE) == 333


def test_no_scroll_bar_shows_across_while_the_tree_gets_narrower(view: TreeView) -> None:
    view.resize(1000, 400)
    shown = []
    view.horizontalScrollBar().rangeChanged.connect(lambda _least, most: shown.append(most))
    view.resize(980, 400)
    assert not any(shown)
