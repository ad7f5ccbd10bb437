"""The window goes to the display that is there, else to Xvfb, else off screen; unseen ones leave a picture."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from devtools import qt_libraries
from devtools.display import Launch, Screen, plan, virtual_display
from devtools.qt_libraries import X11, Need
from tests.support.waiting import WAIT_S

PICTURE = Path("build/window.png")


def launch(
    *arguments: str,
    xvfb: bool = False,
    xcb: bool = True,
    root: bool = False,
    platform: str = "linux",
    **environ: str,
) -> Launch:
    """Plan a start on a Linux machine with or without Xvfb and the libraries for its display."""

    def there(need: Need) -> bool:
        return xvfb if need.name == "Xvfb" else xcb

    return plan(arguments, environ, platform, PICTURE, can_install=root, there=there)


@pytest.mark.parametrize("variable", ["DISPLAY", "WAYLAND_DISPLAY"])
def test_a_display_shows_the_demo_lab(variable: str) -> None:
    start = plan((), {variable: ":0"}, "linux", PICTURE, can_install=False)
    assert (start.arguments, start.screen, start.notice) == (("--demo",), Screen.REAL, "")


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_windows_and_macos_need_no_variable(platform: str) -> None:
    start = launch(platform=platform)
    assert (start.arguments, start.screen, start.needs) == (("--demo",), Screen.REAL, ())


def test_without_a_display_xvfb_is_used_and_a_picture_saved() -> None:
    start = launch(xvfb=True)
    assert start.screen is Screen.XVFB
    assert start.arguments == ("--demo", "--picture", str(PICTURE))
    assert start.env == {"QT_QPA_PLATFORM": "xcb"}
    assert set(X11) <= set(start.needs)
    assert str(PICTURE) in start.notice


def test_without_xvfb_the_window_is_drawn_off_screen() -> None:
    start = launch()
    assert start.screen is Screen.NONE
    assert start.arguments == ("--demo", "--picture", str(PICTURE))
    assert start.env == {"QT_QPA_PLATFORM": "offscreen"}
    assert str(PICTURE) in start.notice


def test_xvfb_without_its_libraries_is_used_only_by_who_may_install_them() -> None:
    assert launch(xvfb=True, xcb=False).screen is Screen.NONE
    assert launch(xvfb=True, xcb=False, root=True).screen is Screen.XVFB


def test_a_wish_to_draw_off_screen_is_respected() -> None:
    start = launch(xvfb=True, DISPLAY=":0", QT_QPA_PLATFORM="offscreen")
    assert start.screen is Screen.NONE
    assert "--picture" in start.arguments


@pytest.mark.parametrize("wish", [("--picture", "mine.png"), ("--picture=mine.png",)])
def test_the_users_own_picture_is_not_overruled(wish: tuple[str, ...]) -> None:
    start = launch("--demo", *wish)
    assert start.arguments == ("--demo", *wish)
    assert start.picture is None


@pytest.mark.parametrize("words", [("show", "demo"), ("emulate", "--port", "0"), ("--help",), ("--version",)])
def test_a_command_that_prints_gets_neither_display_nor_picture(words: tuple[str, ...]) -> None:
    start = launch(*words, xvfb=True)
    assert (start.arguments, start.screen, start.notice) == (words, Screen.NONE, "")


SHOW_PLATFORM = """
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
label = QLabel("hello")
label.show()
app.processEvents()
print(app.platformName())
"""
needs_xvfb = pytest.mark.skipif(
    sys.platform != "linux" or bool(qt_libraries.missing(qt_libraries.XVFB + X11)), reason="no Xvfb here"
)


def _show_window(env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, "QT_QPA_PLATFORM": "xcb", **env}
    return subprocess.run(
        [sys.executable, "-c", SHOW_PLATFORM],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=WAIT_S,
    )


@needs_xvfb
def test_a_qt_window_opens_on_the_virtual_display() -> None:
    with virtual_display() as env:
        assert _show_window(env).stdout.strip() == "xcb"


@needs_xvfb
def test_strangers_cannot_look_at_the_virtual_display(tmp_path: Path) -> None:
    with virtual_display() as env:
        stranger = _show_window(env | {"XAUTHORITY": str(tmp_path / "none")})
    assert stranger.returncode != 0
    assert stranger.stdout == ""


@needs_xvfb
def test_the_virtual_display_ends_with_its_use() -> None:
    with virtual_display() as env:
        pass
    assert _show_window(env).returncode != 0
    assert not Path(env["XAUTHORITY"]).exists()
