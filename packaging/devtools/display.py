"""Where the window goes: on the display that is there, on one of Xvfb's, or off screen into a picture."""

import os
import secrets
import select
import struct
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path

from devtools import qt_libraries
from devtools.qt_libraries import Need
from devtools.system import SetupError

_XVFB_STARTS_WITHIN_S = 20
OFF_SCREEN = {"QT_QPA_PLATFORM": "offscreen"}
_UNSEEN_PLATFORMS = {"offscreen", "minimal"}
_WORDS_NOT_WINDOWS = {"-h", "--help", "--version"}


class Screen(Enum):
    """What the window is drawn on."""

    REAL = "opens on the display of this computer"
    XVFB = "opens on a display of Xvfb"
    NONE = "is drawn off screen"


@dataclass(frozen=True)
class Launch:
    """How the program is started: its arguments, its variables, what it needs from the system, what to say first."""

    arguments: tuple[str, ...]
    screen: Screen
    needs: tuple[Need, ...] = ()
    env: dict[str, str] = field(default_factory=dict)
    picture: Path | None = None  # where this start, not the user, asked for a picture
    notice: str = ""


def plan(
    arguments: Sequence[str],
    environ: Mapping[str, str],
    platform: str,
    picture: Path,
    *,
    can_install: bool,
    there: Callable[[Need], bool] = qt_libraries.is_there,
) -> Launch:
    """Decide how to start the program with `arguments` (none: the demo lab) on this machine; start nothing."""
    arguments = tuple(arguments) or ("--demo",)
    if platform != "linux":
        return Launch(arguments, Screen.REAL)
    if not opens_window(arguments):
        return Launch(arguments, Screen.NONE, qt_libraries.ALWAYS, OFF_SCREEN)
    seen = _display_needs(environ)
    if seen is not None:
        return Launch(arguments, Screen.REAL, seen)
    if "QT_QPA_PLATFORM" not in environ and _xvfb_will_do(there, can_install=can_install):
        needs = qt_libraries.ALWAYS + qt_libraries.X11
        return _unseen(Launch(arguments, Screen.XVFB, needs, {"QT_QPA_PLATFORM": "xcb"}), picture)
    return _unseen(Launch(arguments, Screen.NONE, qt_libraries.ALWAYS, OFF_SCREEN), picture)


def _display_needs(environ: Mapping[str, str]) -> tuple[Need, ...] | None:
    """Return what the display that is there needs from the system; None if there is none."""
    if environ.get("QT_QPA_PLATFORM") in _UNSEEN_PLATFORMS:
        return None
    if environ.get("DISPLAY"):
        return qt_libraries.ALWAYS + qt_libraries.X11
    if environ.get("WAYLAND_DISPLAY"):
        return qt_libraries.ALWAYS + qt_libraries.WAYLAND
    return None


def _xvfb_will_do(there: Callable[[Need], bool], *, can_install: bool) -> bool:
    """Return whether Xvfb is there, with what a window on it needs or the right to install that."""
    if qt_libraries.missing(qt_libraries.XVFB, there):
        return False
    return can_install or not qt_libraries.missing(qt_libraries.X11, there)


def opens_window(arguments: Sequence[str]) -> bool:
    """Tell a start of the window (`--demo`) from a command that prints (`show demo`, `--help`)."""
    return arguments[0].startswith("-") and not _WORDS_NOT_WINDOWS.intersection(arguments)


def _unseen(launch: Launch, picture: Path) -> Launch:
    """Add the picture to a start whose window nobody can see, unless the user asked for one already."""
    notice = f"There is no display here that shows a window, so it {launch.screen.value}."
    end = "Ctrl+C ends the program."
    if any(argument.split("=")[0] == "--picture" for argument in launch.arguments):
        return replace(launch, notice=f"{notice}\n{end}")
    return replace(
        launch,
        arguments=(*launch.arguments, "--picture", str(picture)),
        picture=picture,
        notice=f"{notice}\nAs soon as its tree is filled, a picture of it is saved to {picture}\n{end}",
    )


@contextmanager
def virtual_display() -> Iterator[dict[str, str]]:
    """Run Xvfb on a free display that only this user's programs may use; yield the variables to find it.

    It has a session of its own, so that Ctrl+C reaches the program and not the display under it; `-terminate` ends
    it with its last window even if nobody is left to end it. Raises SetupError if it does not start.
    """
    read_end, write_end = os.pipe()
    with tempfile.TemporaryDirectory(prefix="hvtree-display-") as folder, os.fdopen(read_end, "rb") as answer:
        authority = Path(folder) / "authority"
        authority.write_bytes(authority_entry(secrets.token_bytes(16)))
        command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
        command += ["-terminate", "-auth", str(authority)]
        server = subprocess.Popen(
            command,
            pass_fds=[write_end],
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(write_end)
        try:
            answered = select.select([answer], [], [], _XVFB_STARTS_WITHIN_S)[0]
            number = answer.readline().decode().strip() if answered else ""
            if not number:
                raise SetupError(
                    "Xvfb is installed but did not start. To do without it: QT_QPA_PLATFORM=offscreen"
                )
            yield {"DISPLAY": f":{number}", "XAUTHORITY": str(authority)}
        finally:
            server.terminate()
            server.wait()


def authority_entry(cookie: bytes) -> bytes:
    """Return an X authority file with one cookie for every display (family 65535: any host, any number)."""
    texts = (b"", b"", b"MIT-MAGIC-COOKIE-1", cookie)
    return struct.pack(">H", 65535) + b"".join(struct.pack(">H", len(text)) + text for text in texts)
