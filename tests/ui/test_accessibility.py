"""What a screen reader is told: every widget that takes the focus has a name, and each row says all there is to it."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QWidget

from tests.support.dialog_user import plain
from tests.support.narrowing import not_none
from tests.support.window import AtWindow, WindowUser

ROWS = {QAccessible.Role.TreeItem, QAccessible.Role.Cell}


def said(widget: QWidget) -> Iterator[QAccessibleInterface]:
    """Return everything that is visible in a widget as a screen reader finds it."""
    waiting: list[QAccessibleInterface | None] = [QAccessible.queryAccessibleInterface(widget)]
    while waiting:
        each = waiting.pop()
        if each is not None and each.isValid() and not each.state().invisible:
            yield each
            waiting.extend(each.child(number) for number in reversed(range(each.childCount())))


def name(each: QAccessibleInterface) -> str:
    return plain(each.text(QAccessible.Text.Name))


def nameless(widget: QWidget) -> list[str]:
    """Return what can have the focus, or be pressed, and does not say what it is."""
    return [
        f"{each.role()} {name(each)!r}"
        for each in said(widget)
        if (each.state().focusable or each.role() == QAccessible.Role.Button)
        and each.role() not in ROWS
        and (not name(each) or set("&\t") & set(name(each)))
    ]


def rows(widget: QWidget) -> list[str]:
    return [name(each) for each in said(widget) if each.role() in ROWS]


def test_everything_in_the_window_that_takes_the_focus_has_a_name(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        user.choose("Checkpoint")
        await user.job_ended()
        await user.quiet()
        assert nameless(not_none(user.window.menuBar().parentWidget())) == []

    at_window(story, web="base*")


def test_everything_in_a_dialog_that_takes_the_focus_has_a_name(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        for order in ("Apply…", "Export…", "Rename…", "Delete Checkpoint…", "Delete Checkpoint Subtree…"):
            user.choose(order)
            dialog = await user.dialog()
            assert nameless(dialog.widget) == [], order
            dialog.press("Cancel")
            await user.quiet()

    at_window(story, web="base(p1(p2*))")


def test_a_dialog_tells_its_whole_plan_when_it_opens(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        user.choose("Delete Checkpoint…")
        dialog = await user.dialog()
        told = QAccessible.queryAccessibleInterface(dialog.widget).text(QAccessible.Text.Description)
        assert dialog.heading in plain(told)
        assert "cannot be applied or exported any more" in told
        dialog.press("Cancel")

    at_window(story, web="base(p1*)")


def test_a_row_tells_name_kind_age_size_and_whether_it_is_current(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await user.quiet()
        told = rows(user.window.tree)
        assert any(row.startswith("VM web, Off, 2 checkpoints") for row in told)
        assert any(row.startswith("Checkpoint base, Disks only, 3 days ago, ") for row in told)
        assert any(row.startswith("Checkpoint p1, Disks only") and row.endswith("current") for row in told)
        assert any(row.startswith("Now, the present state of web, Off") for row in told)

    at_window(story, web="base(p1*)")


def test_a_job_tells_how_it_stands_and_how_far_it_is(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "base")
        user.choose("Export…")
        (await user.dialog()).press("Export")
        await user.until(
            lambda: bool(user.jobs[0].steps) and bool(user.jobs[0].steps[0].percent), "some percent"
        )
        await user.quiet()
        percent = user.jobs[0].steps[0].percent
        job, *_ = rows(user.window.activity.tree)
        assert job == f"Export checkpoint ‘base’ on VM ‘web’, Working, {percent}\u202f%"
        await user.job_ended()

    at_window(story, web="base*")
