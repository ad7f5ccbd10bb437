"""Whether a window can open here, found out before Qt is loaded: where none can, Qt ends the process with a core dump.

Only Linux and its like are asked: on Windows and macOS there is always a screen. As Qt does, it takes the first platform
of `QT_QPA_PLATFORM`, else of `WAYLAND_DISPLAY` and `DISPLAY`, that works.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from hvtree.domain.errors import HVTreeError

ANSWERS_WITHIN_S = 15.0
"""How long a display is waited for."""
_ALWAYS_THERE = frozenset({"offscreen", "minimal", "vnc"})
"""Qt's platforms that need nothing outside the process."""
_LIBRARIES = {"xcb": "libqxcb.so", "wayland": "libqwayland.so"}
"""The file of each platform among Qt's plugins."""
_TRY_IT = """
import resource
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
from PySide6.QtGui import QGuiApplication
QGuiApplication([])
"""
_INSTEAD = "Use the terminal instead: `hvtree show HOST`, `hvtree --help` has the rest. Or log in with a display, as `ssh -X` does."
_INSTALL = "Install it with the system's package manager; the commands of the terminal work without it."


def window_problem(
    environ: Mapping[str, str], platform: str = sys.platform, *, wait_s: float = ANSWERS_WITHIN_S
) -> HVTreeError | None:
    """Return the error to show if Qt would find nothing to draw on; takes `wait_s` seconds at most for each display."""
    if platform in ("win32", "darwin"):
        return None
    names = _platforms(environ)
    if not names:
        what = (
            "The window cannot open: there is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set)."
        )
        return HVTreeError(what, now=_INSTEAD)
    problems = []
    for name in names:
        problem = _problem_of(name, environ, wait_s)
        if problem is None:
            return None
        problems.append(problem)
    return problems[0]


def import_problem(error: ImportError) -> HVTreeError:
    """Return the error to show if Qt, or a library that it needs, cannot be loaded."""
    return _not_loadable("Qt", str(error))


def _platforms(environ: Mapping[str, str]) -> list[str]:
    """Return the platforms that Qt would try, by their names without options."""
    wanted = environ.get("QT_QPA_PLATFORM", "")
    if wanted:
        return [part.partition(":")[0] for part in wanted.split(";") if part]
    by_variable = {"WAYLAND_DISPLAY": "wayland", "WAYLAND_SOCKET": "wayland", "DISPLAY": "xcb"}
    return list(dict.fromkeys(name for variable, name in by_variable.items() if environ.get(variable)))


def _problem_of(name: str, environ: Mapping[str, str], wait_s: float) -> HVTreeError | None:
    if name in _ALWAYS_THERE:
        return None
    family = name.partition("-")[0]
    if family not in _LIBRARIES:
        return _try_out(name, environ)
    lacking = _lacking_library(_LIBRARIES[family])
    if lacking:
        return _not_loadable("Qt's part for this display", lacking)
    if family == "xcb":
        display = environ.get("DISPLAY", "")
        return None if _x_answers(display, wait_s) else _silent("DISPLAY", display)
    if environ.get("WAYLAND_SOCKET") or _wayland_answers(environ, wait_s):
        return None
    return _silent("WAYLAND_DISPLAY", environ.get("WAYLAND_DISPLAY", ""))


def _silent(variable: str, value: str) -> HVTreeError:
    if not value:
        return HVTreeError(f"The window cannot open: {variable} is not set.", now=_INSTEAD)
    what = f"The window cannot open: the display ‘{value}’ ({variable}) does not answer, or not to this user."
    return HVTreeError(what, now=_INSTEAD)


def _not_loadable(what: str, message: str) -> HVTreeError:
    library, _, why = message.partition(": ")
    if "No such file" in why:
        sentence = f"The window cannot open: {what} needs {library}, which is not installed."
        return HVTreeError(sentence, now=_INSTALL, details=message)
    return HVTreeError(
        f"The window cannot open: {what} cannot be loaded.", why=f"{message}.", details=message
    )


def _lacking_library(file: str) -> str:
    """Return what the loader says of one of Qt's plugins; empty if it can be loaded, or lies where only Qt looks."""
    spec = find_spec("PySide6")
    for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
        plugin = Path(folder) / "Qt" / "plugins" / "platforms" / file
        if plugin.exists():
            try:
                ctypes.CDLL(str(plugin))
            except OSError as error:
                return str(error)
    return ""


def _x_answers(display: str, wait_s: float) -> bool:
    """Return whether an X server lets us in, asked as Qt asks it; True where that cannot be asked.

    The connection stays until the program ends: a server such as `Xvfb -terminate` ends with its last connection, before Qt has
    made its own, and others start anew then.
    """
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    answers: list[bool] = []

    def ask() -> None:
        connection = xcb.xcb_connect(os.fsencode(display), None)
        answers.append(not xcb.xcb_connection_has_error(connection))
        if not answers[0]:
            xcb.xcb_disconnect(connection)

    # A server that stands still would never answer, and a thread in a library cannot be ended, only left behind.
    asking = threading.Thread(target=ask, name="hvtree-display", daemon=True)
    asking.start()
    asking.join(wait_s)
    return answers == [True]


def _wayland_answers(environ: Mapping[str, str], wait_s: float) -> bool:
    """Return whether a compositor listens on its socket."""
    import socket  # noqa: PLC0415  (seldom needed, and the first paint waits for this)

    place = Path(environ.get("XDG_RUNTIME_DIR", ""), environ.get("WAYLAND_DISPLAY") or "wayland-0")
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(wait_s)
        try:
            line.connect(str(place))
        except OSError:
            return False
    return True


def _try_out(name: str, environ: Mapping[str, str]) -> HVTreeError | None:
    """Let a process of its own find out whether Qt can draw on a platform that only the user knows."""
    import subprocess  # noqa: PLC0415  (as above)

    tried = subprocess.run(
        [sys.executable, "-c", _TRY_IT],
        env={**environ, "QT_QPA_PLATFORM": name},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    if tried.returncode == 0:
        return None
    what = f"The window cannot open: Qt cannot draw on the platform ‘{name}’ (QT_QPA_PLATFORM)."
    return HVTreeError(what, now=_INSTEAD, details=tried.stderr.decode(errors="replace"))
