"""Icons, tinted for light and dark."""

import re

import pytest
from PySide6.QtGui import QIcon

from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.assets import AssetNotFoundError, resource
from hvtree.domain.checkpoint import CheckpointKind
from hvtree.domain.model import VmState
from hvtree.ui.icons import Pictures, app_icon, icon, rendered, tinted
from hvtree.ui.models import tree_icons
from hvtree.ui.models.nodes import HostNode
from hvtree.ui.theme import DARK, LIGHT
from tests.support.trees import vm

pytestmark = pytest.mark.usefixtures("qapp")
NAMES = sorted(path.stem for path in resource("icons").glob("*.svg"))
TREE_NAMES = [name for name in NAMES if name != "hvtree"]


@pytest.mark.parametrize("name", TREE_NAMES)
def test_an_icon_has_no_colour_but_those_of_the_theme(name: str) -> None:
    used = set(re.findall(r"#[0-9a-f]{3,8}|currentColor", tinted(name, DARK)))
    assert used <= {DARK.text, DARK.good, DARK.warning, DARK.danger, DARK.accent, DARK.muted}


@pytest.mark.parametrize("name", NAMES)
def test_an_icon_can_be_seen_at_16_pixels(name: str) -> None:
    image = rendered(tinted(name, LIGHT), 16, 1.0).toImage()
    inked = sum(image.pixelColor(x, y).alpha() > 100 for x in range(16) for y in range(16))
    assert inked >= 15


def test_row_icons_differ_in_shape_and_not_only_in_colour() -> None:
    rows = [name for name in TREE_NAMES if name.startswith(("checkpoint", "vm-", "host", "now"))]
    shapes: dict[bytes, str] = {}
    for name in rows:
        image = rendered(tinted(name, LIGHT, single="#000000"), 16, 1.0).toImage()
        shape = bytes(image.pixelColor(x, y).alpha() > 100 for x in range(16) for y in range(16))
        assert shape not in shapes, f"{name} looks like {shapes[shape]}"
        shapes[shape] = name


def test_each_state_and_each_kind_has_an_icon_that_exists() -> None:
    machine = vm("a")
    for state in VmState:
        assert tree_icons.vm_icon(vm("a", state=state)) in NAMES
    for kind in CheckpointKind:
        (checkpoint,) = vm(f"a:{kind}").checkpoints
        assert tree_icons.checkpoint_icon(checkpoint) in NAMES
    for phase in ConnectionPhase:
        assert tree_icons.icon_name(HostNode(1, HostView("h", "h", phase))) in NAMES
    assert tree_icons.checkpoint_icon(machine.checkpoints[0]) == "checkpoint"


def test_memory_and_automatic_checkpoints_have_icons_of_their_own() -> None:
    plain, memory, automatic = vm("a b~ c!").checkpoints
    names = {tree_icons.checkpoint_icon(each) for each in (plain, memory, automatic)}
    assert names == {"checkpoint", "checkpoint-memory", "checkpoint-automatic"}


def test_a_disabled_icon_is_paler() -> None:
    made = icon("refresh", LIGHT)

    def ink(mode: QIcon.Mode) -> int:
        image = made.pixmap(16, 16, mode).toImage()
        return sum(image.pixelColor(x, y).alpha() for x in range(16) for y in range(16))

    assert ink(QIcon.Mode.Disabled) < 0.7 * ink(QIcon.Mode.Normal)


def test_a_picture_is_rendered_once() -> None:
    pictures = Pictures()
    first = pictures.picture("now", 16, 1.0, LIGHT)
    assert pictures.picture("now", 16, 1.0, LIGHT).cacheKey() == first.cacheKey()
    assert pictures.picture("now", 16, 1.0, DARK).cacheKey() != first.cacheKey()


def test_an_icon_that_does_not_exist_is_an_error_with_its_name() -> None:
    with pytest.raises(AssetNotFoundError, match="no-such"):
        icon("no-such")


def test_the_program_has_an_icon_of_its_own() -> None:
    assert app_icon().availableSizes()
