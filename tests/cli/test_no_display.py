"""`hvtree` where no window can open: one sentence and exit code 1, never Qt's abort."""

import os
import socket
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hvtree.ui.display import window_problem
from tests.support.narrowing import not_none
from tests.support.tolerant_hvtree import COMMAND
from tests.support.waiting import WAIT_S

VARIABLES = ("DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "QT_QPA_PLATFORM")

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a screen here")


def start(home: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Start the window with these variables and no others about displays."""
    kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    return subprocess.run(
        [*COMMAND, *words],
        env={**kept, "XDG_CONFIG_HOME": str(home), "XDG_STATE_HOME": str(home), **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=WAIT_S,
    )


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({}, "there is no display here"),
        ({"DISPLAY": ":9999"}, "‘:9999’ (DISPLAY) does not answer"),
        ({"DISPLAY": "nonsense"}, "‘nonsense’ (DISPLAY) does not answer"),
        ({"WAYLAND_DISPLAY": "wayland-9999"}, "‘wayland-9999’ (WAYLAND_DISPLAY) does not answer"),
        ({"QT_QPA_PLATFORM": "xcb"}, "DISPLAY is not set"),
        ({"QT_QPA_PLATFORM": "wayland;xcb:x"}, "WAYLAND_DISPLAY is not set"),
        ({"QT_QPA_PLATFORM": "etch-a-sketch"}, "‘etch-a-sketch’ (QT_QPA_PLATFORM)"),
    ],
    ids=str,
)
def test_without_a_display_there_is_a_sentence_and_code_1(
    tmp_path: Path, environ: dict[str, str], words: str
) -> None:
    said = start(tmp_path, **environ)
    (line,) = said.stderr.splitlines()
    assert line.startswith("hvtree: The window cannot open: ")
    assert words in line
    assert "`hvtree show HOST`" in line
    assert (said.returncode, said.stdout) == (1, "")


def test_a_wish_to_draw_off_screen_needs_no_display(tmp_path: Path) -> None:
    picture = tmp_path / "no such folder" / "window.png"
    process = subprocess.Popen(
        [*COMMAND, "--picture", str(picture)],
        env={
            **os.environ,
            "XDG_CONFIG_HOME": str(tmp_path),
            "XDG_STATE_HOME": str(tmp_path),
            "QT_QPA_PLATFORM": "offscreen",
        },
        stderr=subprocess.PIPE,
        text=True,
    )
    told = ""
    with process:
        for line in not_none(process.stderr):
            told += line
            if "No picture could be written" in line:  # so there is a window
                process.terminate()
    assert process.returncode == 1, told


def test_a_library_that_qt_lacks_is_named(tmp_path: Path) -> None:
    lacking = "libEGL.so.1: cannot open shared object file: No such file or directory"
    (tmp_path / "PySide6").mkdir()
    (tmp_path / "PySide6" / "__init__.py").write_text(f"raise ImportError({lacking!r})\n")
    said = start(tmp_path, QT_QPA_PLATFORM="offscreen", PYTHONPATH=str(tmp_path))
    assert said.returncode == 1
    assert "Qt needs libEGL.so.1, which is not installed." in said.stderr


def test_a_part_of_qt_that_the_loader_refuses_is_told_before_qt_is_loaded(tmp_path: Path) -> None:
    plugins = tmp_path / "PySide6" / "Qt" / "plugins" / "platforms"
    plugins.mkdir(parents=True)
    (plugins / "libqxcb.so").write_text("no library")
    (plugins.parents[2] / "__init__.py").write_text("")
    said = start(tmp_path, DISPLAY=":9999", PYTHONPATH=str(tmp_path))
    assert said.returncode == 1
    assert "Qt's part for this display cannot be loaded." in said.stderr


def test_an_x_server_that_accepts_and_never_answers_is_given_up() -> None:
    with socket.socket() as silent:
        number = next(each for each in range(700, 1700) if _bound(silent, 6000 + each))
        silent.listen()
        problem = window_problem({"DISPLAY": f"127.0.0.1:{number}"}, "linux", wait_s=0.01)
    assert "does not answer" in not_none(problem).what


def test_an_x_server_that_ends_with_its_last_client_is_kept() -> None:
    with socket.socket() as server, ThreadPoolExecutor(1) as threads:
        number = next(each for each in range(700, 1700) if _bound(server, 6000 + each))
        server.listen()
        served = threads.submit(_let_in, server)
        assert window_problem({"DISPLAY": f"127.0.0.1:{number}"}, "linux", wait_s=WAIT_S) is None
        with served.result() as client:
            client.setblocking(False)
            with pytest.raises(BlockingIOError):  # nothing more was said, and nobody has hung up
                client.recv(1)


def test_a_second_display_that_answers_will_do(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind(str(tmp_path / "wayland-1"))
        compositor.listen()
        environ = {"XDG_RUNTIME_DIR": str(tmp_path), "WAYLAND_DISPLAY": "wayland-1", "DISPLAY": ":9999"}
        assert window_problem(environ, "linux") is None
        assert window_problem({**environ, "QT_QPA_PLATFORM": "xcb;wayland"}, "linux") is None


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_windows_and_macos_are_not_asked(platform: str) -> None:
    assert window_problem({}, platform) is None


def _let_in(server: socket.socket) -> socket.socket:
    """Answer one client as an X server without screens does [X11 protocol, Connection Setup]."""
    client, _ = server.accept()
    order, name_size, data_size = struct.unpack("<cxxxxxHHxx", client.recv(12, socket.MSG_WAITALL))
    assert order == b"l"
    client.recv(_padded(name_size) + _padded(data_size), socket.MSG_WAITALL)
    client.sendall(struct.pack("<BxHHH", 1, 11, 0, 8) + struct.pack("<IIII", 1, 1 << 21, (1 << 21) - 1, 0))
    client.sendall(struct.pack("<HHBBBBBxBBxxxx", 0, 65535, 0, 0, 0, 0, 32, 8, 255))
    return client


def _padded(size: int) -> int:
    return (size + 3) // 4 * 4


def _bound(line: socket.socket, port: int) -> bool:
    try:
        line.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True
