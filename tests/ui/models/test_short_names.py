"""Names that nobody typed are shown short; whatever acts on a name has it in full."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QLocale, QModelIndex, Qt
from PySide6.QtWidgets import QApplication

from hvtree.domain.model import HostState, VirtualMachine
from hvtree.domain.names import GROUP_BASE, default_name, safety_name
from hvtree.domain.side_by_side import Pair
from hvtree.ui.format import checkpoint_name
from hvtree.ui.models.preview_model import PreviewModel, ShownVm
from hvtree.ui.models.tree_icons import icon_name
from hvtree.ui.models.tree_model import TreeModel
from hvtree.values import replace
from tests.support.narrowing import not_none
from tests.support.trees import id_of, lab, vm
from tests.ui.models.vms import HOST, view_of

AT = datetime(2026, 9, 21, 19, 37, 31)  # noqa: DTZ001  (a name has no time zone)
FULL = default_name("web", AT)
NAMES = (FULL, safety_name("web", AT), default_name(GROUP_BASE, AT), "typed")


def named(*names: str) -> VirtualMachine:
    """Return a VM `web` with checkpoints of these names below each other, and Now on the last."""
    count = len(names)
    made = vm("(".join(f"c{k}" for k in range(count)) + "*" + ")" * (count - 1), "web")
    checkpoints = tuple(
        replace(each, name=name, created_utc=AT.replace(tzinfo=UTC) + timedelta(minutes=k))
        for k, (each, name) in enumerate(zip(made.checkpoints, names, strict=True))
    )
    return replace(made, checkpoints=checkpoints)


def state_of(*names: str) -> HostState:
    return lab(web=named(*names))


def row_of(model: TreeModel, number: int) -> QModelIndex:
    """Return the row of a checkpoint by its number."""
    host = not_none(model.node(model.index_of_host(HOST)))
    (owner,) = host.view.state.vms.values()  # type: ignore[attr-defined] # a node is known by what it stands for
    return model.index_of(owner.checkpoints[number].ref)


def test_a_name_that_nobody_typed_is_its_time_with_the_word_for_why_it_was_taken(model: TreeModel) -> None:
    model.set_host(view_of(state_of(*NAMES)))
    assert [row_of(model, number).data() for number in range(4)] == [
        "9/21 7:37 PM",
        "Safety 9/21 7:37 PM",
        "Group 9/21 7:37 PM",
        "typed",
    ]


def test_whatever_acts_on_a_name_has_it_in_full(model: TreeModel) -> None:
    model.set_host(view_of(state_of(*NAMES)))
    for number, name in enumerate(NAMES):
        index = row_of(model, number)
        assert index.data(Qt.ItemDataRole.EditRole) == name
        assert name in index.data(Qt.ItemDataRole.ToolTipRole)
    tip = row_of(model, 1).data(Qt.ItemDataRole.ToolTipRole)
    assert "Safety checkpoint, taken before another one was applied" in tip


def test_a_screen_reader_says_what_is_shown(model: TreeModel) -> None:
    model.set_host(view_of(state_of(*NAMES)))
    spoken = row_of(model, 1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("Checkpoint Safety 9/21 7:37 PM, ")


def test_safety_and_group_checkpoints_have_icons_of_their_own(model: TreeModel) -> None:
    model.set_host(view_of(state_of(*NAMES)))
    icons = [icon_name(not_none(model.node(row_of(model, number)))) for number in range(4)]
    assert icons == ["checkpoint", "checkpoint-safety", "checkpoint-group", "checkpoint"]


def test_the_picture_of_a_plan_shows_the_same_names_and_icons(qapp: QApplication) -> None:
    web = named(*NAMES)
    after = replace(web, now_id=web.checkpoints[0].id)
    picture = PreviewModel()
    picture.show((ShownVm(Pair(web, after), AT.replace(tzinfo=UTC)),))
    found = {picture.text(line, 0): picture.icon_name(line, 0) for line in picture.lines}
    assert found["Safety 9/21 7:37 PM"] == "checkpoint-safety"
    assert found["Group 9/21 7:37 PM"] == "checkpoint-group"


def test_a_checkpoint_is_found_by_its_full_and_by_its_short_name(model: TreeModel) -> None:
    model.set_host(view_of(state_of(*NAMES)))
    for typed in ("9/21/2026", '"9/21 7:37 PM"', '"safety 9/21"', "kind:safety", "kind:group"):
        model.filter.set(typed)
        model.busy.finish()
        counts = model.filter.findings([view_of(state_of(*NAMES))]).checkpoints
        assert counts == {"9/21/2026": 3, '"9/21 7:37 PM"': 3}.get(typed, 1), typed


def test_a_name_that_is_asked_for_is_shown_in_full_until_the_host_has_it(model: TreeModel) -> None:
    model.set_host(view_of(state_of("typed")))
    model.setData(row_of(model, 0), FULL)
    assert row_of(model, 0).data() == FULL


def test_names_of_the_same_minute_show_their_seconds(model: TreeModel) -> None:
    model.set_host(view_of(state_of(FULL, default_name("web", AT + timedelta(seconds=9)))))
    assert [row_of(model, number).data() for number in range(2)] == ["9/21 7:37:31 PM", "9/21 7:37:40 PM"]


def test_a_renamed_vm_shows_the_names_with_the_old_name_in_full_at_once(model: TreeModel) -> None:
    web = named(FULL)
    model.set_host(view_of(lab(web=web)))
    index = row_of(model, 0)
    told: list[str] = []
    model.dataChanged.connect(lambda first, _last: told.append(first.data()))
    model.set_host(view_of(lab(web=replace(web, name="shop"))))
    assert index.data() == FULL
    assert FULL in told


def test_a_name_of_another_year_has_its_year() -> None:
    web = named(FULL)
    now = (AT + timedelta(days=400)).replace(tzinfo=UTC)
    shown = checkpoint_name(web, web.checkpoints[0], now, locale=QLocale("en_US"))
    assert shown == "9/21/2026 7:37 PM"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en_US", "9/21 7:37 PM"),
        ("en_GB", "21/09 19:37"),
        ("de_DE", "21.09. 19:37"),
        ("fr_FR", "21/09 19:37"),
        ("ja_JP", "09/21 19:37"),
        ("zh_CN", "9/21 19:37"),
        ("hu_HU", "09. 21. 19:37"),
        ("bg_BG", "21.09. 19:37"),
        ("C", "09-21 19:37"),
    ],
)
def test_a_short_name_is_written_as_the_user_writes_dates_whatever_the_host_writes(
    language: str, text: str
) -> None:
    web = named("web - (21.09.2026 - 19:37:31)")
    shown = checkpoint_name(web, web.checkpoints[0], AT.replace(tzinfo=UTC), locale=QLocale(language))
    assert shown == text


def test_the_rows_stay_in_the_order_in_which_the_checkpoints_were_taken(model: TreeModel) -> None:
    web = named("b", "a")
    first, second = web.checkpoints
    late = default_name("web", AT + timedelta(hours=12))
    fan = replace(
        web,
        now_id=None,
        checkpoints=(replace(first, name=late), replace(second, name=FULL, parent_id=None)),
    )
    model.set_host(view_of(lab(web=fan)))
    owner = model.index_of_vm(HOST, id_of("web"))
    model.fetchMore(owner)
    assert [model.index(row, 0, owner).data() for row in range(2)] == ["9/22 7:37 AM", "9/21 7:37 PM"]
