"""What a filter costs: few paintings while it works, and each text is folded once however many keys are pressed."""

from __future__ import annotations

import pytest

from hvtree.domain import search
from hvtree.domain.edits import Rename
from hvtree.domain.model import HostState, Volume
from hvtree.ui.models.slices import Slices
from hvtree.ui.views.tree_view import TreeView
from hvtree.values import replace
from tests.support import trees
from tests.support.counting import Calls
from tests.support.window import AtWindow, WindowUser

VMS = 120


def many() -> HostState:
    state = trees.lab(**{f"vm{number:03}": "a(b(c(d(e*))))" for number in range(VMS)})
    return replace(state, volumes=(Volume("D:", 100_000 * trees.GB, 90_000 * trees.GB),))


async def type_into_filter(user: WindowUser, text: str) -> None:
    user.window.filter_field.setText(text)
    await user.quiet()


def test_a_filter_at_work_paints_once_for_many_slices(
    at_window: AtWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    paints, slices = Calls(monkeypatch, TreeView, "paintEvent"), Calls(monkeypatch, Slices, "turn")

    async def story(user: WindowUser) -> None:
        await user.quiet()
        work = (user.window.model.busy, user.window.tree.expansion.work)
        for each in work:
            each.budget_s = 0.0  # one step in each slice
        before = paints.number, slices.number
        await type_into_filter(user, "e")
        turns = slices.number - before[1]
        assert turns > 100
        assert paints.number - before[0] < turns / 8
        assert [row.strip() for row in user.rows()[:7]] == ["vhost", "vm000", "a", "b", "c", "d", "e"]

    at_window(story, many())


def test_what_a_filter_found_is_painted_when_it_is_done(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        for each in (user.window.model.busy, user.window.tree.expansion.work):
            each.budget_s = 0.0
        tree = user.window.tree
        for text in ("e", "", "vm00"):
            await type_into_filter(user, text)
            assert tree.viewport().updatesEnabled()

    at_window(story, many())


def test_a_text_is_folded_at_the_first_key_only_and_again_when_it_has_changed(
    at_window: AtWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    folded = Calls(monkeypatch, search, "folded_texts")

    async def story(user: WindowUser) -> None:
        await type_into_filter(user, "older:1m")
        assert folded.number == 0
        await type_into_filter(user, "d")
        assert folded.number == VMS
        for text in ("da", "d", "d older:1m", "-d"):
            await type_into_filter(user, text)
        assert folded.number == VMS
        colleague = user.host.connect()
        await colleague.connect()
        await colleague.perform(Rename(user.ref("vm007", "e"), "delta"), lambda _progress: None)
        await user.until(lambda: any(each.name == "delta" for each in user.vm("vm007").checkpoints))
        await user.quiet()
        again = folded.number - VMS
        assert 1 <= again <= 2  # its tree is read first, and its sizes afterwards
        await type_into_filter(user, "delta")
        assert [row.strip() for row in user.rows()][-1] == "delta"
        assert folded.number == VMS + again
        await colleague.close()

    at_window(story, many())


def test_without_a_filter_no_folded_text_is_kept(
    at_window: AtWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    folded = Calls(monkeypatch, search, "folded_texts")

    async def story(user: WindowUser) -> None:
        for text in ("d", "", "d"):
            await type_into_filter(user, text)
        assert folded.number == 2 * VMS

    at_window(story, many())
