"""Threads of connections leave the window alone while it lays out rows, or paints them."""

from tests.support.window import AtWindow, WindowUser


def test_no_thread_begins_to_decode_while_rows_are_laid_out(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        turn, held = user.workspace.turn, list[bool]()
        user.window.tree.expanded.connect(lambda _row: held.append(turn.is_held))
        user.add_host()
        await user.until(lambda: user.view.is_connected, "connected")
        await user.quiet()
        assert held
        assert all(held)
        assert not turn.is_held

    at_window(story, connects=False, web="base(p1~(p2*) p3)", db="x*")


def test_no_thread_begins_to_decode_while_rows_are_painted(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        turn, held, tree = user.workspace.turn, list[bool](), user.window.tree
        tree.painting_begins.connect(lambda: held.append(turn.is_held))
        tree.viewport().repaint()
        assert held == [True]
        assert not turn.is_held

    at_window(story, web="base(p1~(p2*) p3)", db="x*")
