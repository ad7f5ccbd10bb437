"""The start of the window: what it imports, renders and says before its first paint, and what a user may do at once."""

from __future__ import annotations

import ast
import asyncio
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint

import hvtree
from hvtree.app.demo import Demo
from hvtree.app.loading import CONNECTIONS, DOCTOR, GRAPHS, JOBS
from hvtree.app.settings import Settings
from hvtree.app.settings_file import save
from hvtree.cli.window import WITH_THE_WINDOW
from hvtree.domain.host_profile import HostProfile
from hvtree.ui.main_window import MainWindow
from hvtree.ui.menu_names import Menu
from hvtree.ui.qt_loading import DESCRIBING
from hvtree.ui.run import shut_down
from hvtree.ui.start import CONTROLS, DIALOGS, LATER, WORKBENCH
from tests.support import trees
from tests.support.harness import Harness
from tests.support.hvtree_until import CLOSE
from tests.support.started import FILLED, PAINTED, SHOWN, command, started
from tests.support.tolerant_hvtree import COMMAND
from tests.support.waiting import WAIT_S
from tests.support.window import AtWindow, WindowUser

NETWORKS = {"winrm", "requests", "requests_ntlm", "spnego", "urllib3", "cryptography", "keyring", "networkx"}
UNPAINTED = NETWORKS | {"asyncio", "qasync", "ssl", "msgspec", "wcwidth", "numpy", "pandas", "matplotlib"}
"""The same of others."""
LATE_PARTS = (
    "hvtree.app.connections",
    "hvtree.app.doctor.doctor",
    "hvtree.app.keyring",
    "hvtree.emulator",
    "hvtree.hosts.winrm",
)
"""What a window without a host does without."""
UNPAINTED_PARTS = (
    "hvtree.jobs",
    "hvtree.operations",
    "hvtree.emulator",
    "hvtree.hosts.",
    "hvtree.ui.dialogs",
    "hvtree.ui.intents",
    "hvtree.ui.models",
)
"""What the first paint does without."""
UNSHOWN_PARTS = (
    "hvtree.app.doctor",
    "hvtree.app.memory.entries",
    "hvtree.app.unfinished",
    "hvtree.domain.search",
    "hvtree.emulator",
    "hvtree.hosts.performing",
    "hvtree.jobs.recovery",
    "hvtree.jobs.runner",
    "hvtree.ui.dialogs.connect",
    "hvtree.ui.dialogs.operation_dialog",
)
"""What the first tree does without."""
LAB = HostProfile("Lab", "http://127.0.0.1:9/wsman", "demo")
SOURCES = 10
"""What is imported together with `QtCore` itself."""
SHOWN_DRAWINGS = 80
"""Some signs in the tree, 16 of more than 600. Where the machine is so slow that the window has its controls before the tree, the
buttons of the tool bar and the program's own icon are among them: 59.
"""
CONNECTING = "host 'demo': connecting by 'NTLM, encrypted, one persistent PowerShell'"
"""What is logged when the demo's host is being reached, and the window is not complete yet as a rule."""
WATCHED = 10_000
"""Objects that the first collection may find: what has been made since everything was loaded, which is ten times as much."""
DRAWINGS = 5
"""Three pictures of the start page, two of them in two modes."""


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """The settings file of a program whose home is `tmp_path`."""
    return tmp_path / "HVTree" / "settings.json"


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """The variables of a home of its own."""
    return {name: str(tmp_path) for name in ("HOME", "XDG_CONFIG_HOME", "APPDATA", "LOCALAPPDATA")}


def test_the_first_paint_waits_for_no_network_no_loop_and_no_graph(home: dict[str, str]) -> None:
    found = started(PAINTED, home=home)
    assert found.roots & UNPAINTED == set()
    assert {name for name in found.modules if name.startswith(UNPAINTED_PARTS)} == set()


def test_the_first_paint_of_saved_hosts_imports_no_more(home: dict[str, str], settings: Path) -> None:
    save(settings, Settings((LAB,), open_hosts=("Lab",)))
    found = started(PAINTED, home=home)
    assert found.roots & UNPAINTED == set()
    assert "Opening Lab…" in found.texts


def test_no_module_that_is_imported_after_qt_is_read_as_text(home: dict[str, str]) -> None:
    assert len(started(FILLED, home=home).sources) <= SOURCES


def test_a_window_without_a_host_loads_no_network(home: dict[str, str]) -> None:
    found = started(FILLED, home=home)
    assert found.roots & NETWORKS == set()
    assert {name for name in found.modules if name.startswith(LATE_PARTS)} == set()


def test_what_reaches_a_host_is_loaded_before_what_shows_it(home: dict[str, str]) -> None:
    order = started(SHOWN, "--demo", home=home).modules
    assert max(map(order.index, CONNECTIONS)) < min(map(order.index, WORKBENCH))


def test_the_tree_waits_for_no_graph_doctor_journal_or_job(home: dict[str, str]) -> None:
    found = started(SHOWN, "--demo", home=home)
    assert "networkx" not in found.roots
    assert {name for name in found.modules if name.startswith(UNSHOWN_PARTS)} == set()


def test_nothing_is_collected_while_the_window_is_loaded(home: dict[str, str]) -> None:
    assert started(FILLED, home=home).collections == 0


def test_no_collection_of_garbage_goes_through_all_that_was_loaded(home: dict[str, str]) -> None:
    assert started(FILLED, home=home).watched <= WATCHED


def test_before_the_first_paint_no_icon_is_rendered_but_those_of_the_start_page(home: dict[str, str]) -> None:
    assert started(PAINTED, counts=True, home=home).drawings <= DRAWINGS


def test_for_the_tree_only_icons_are_rendered_that_are_shown_with_it(home: dict[str, str]) -> None:
    assert started(SHOWN, "--demo", counts=True, home=home).drawings <= SHOWN_DRAWINGS


def test_whoever_opens_a_host_at_once_waits_for_no_icon(home: dict[str, str]) -> None:
    assert started(PAINTED, "--demo", counts=True, home=home).drawings == 0


def test_the_demo_is_started_before_qt_is_loaded(home: dict[str, str]) -> None:
    events = started(PAINTED, "--demo", home=home).events
    assert "process" in events
    assert all(events.index("process") < at for at, event in enumerate(events) if event.startswith("PySide6"))


def test_nothing_that_describes_qt_to_programmers_is_compiled(home: dict[str, str]) -> None:
    events = started(SHOWN, "--demo", home=home).events
    compiled = {event for event in events if event.startswith("shibokensupport/")}
    assert compiled
    assert compiled & {f"{name.replace('.', '/')}.py" for name in DESCRIBING} == set()


def test_the_window_first_says_that_the_demo_is_started(home: dict[str, str]) -> None:
    assert "Starting the demo lab…" in started(PAINTED, "--demo", home=home).texts


def test_what_is_being_opened_is_said_until_its_tree_takes_the_place(home: dict[str, str]) -> None:
    said = started(CONNECTING, "--demo", home=home).texts
    # The status line says it where the lab takes longer than what shows hosts.
    assert said[0] in ("Starting the demo lab…", "demo: Connecting…")


def test_the_window_first_says_which_host_it_connects_to(home: dict[str, str]) -> None:
    assert "Connecting to 127.0.0.1…" in started(PAINTED, "--host", "127.0.0.1", home=home).texts


def test_of_many_hosts_with_long_names_the_beginning_is_said(home: dict[str, str], settings: Path) -> None:
    names = ("x" * 10_000, "b\u202ec", "d", "e", "f")
    hosts = tuple(HostProfile(name, "http://127.0.0.1:9/wsman", "demo") for name in names)
    save(settings, Settings(hosts, open_hosts=names))
    (said,) = (text for text in started(PAINTED, home=home).texts if text.startswith("Opening"))
    assert said.endswith("xxx, b\ufffdc, d and 2 more…")
    assert len(said) < 120


def test_what_is_pressed_before_the_window_is_filled_is_done_then(at_window: AtWindow) -> None:
    async def story(_user: WindowUser) -> None:
        starts = []

        async def start() -> Demo:
            starts.append(1)
            return await asyncio.Future()

        workspace = Harness(trees.lab()).workspace
        window = MainWindow()
        window.show()
        window.start_page.demo_button.click()
        window.fill(workspace, start)
        await asyncio.sleep(0)
        try:
            assert starts == [1]
        finally:
            await shut_down(window, workspace)

    at_window(story, connects=False)


def test_a_host_that_was_reached_before_the_window_was_complete_is_shown_with_its_tree(
    at_window: AtWindow,
) -> None:
    async def story(user: WindowUser) -> None:
        host = Harness(trees.lab(web="base(patch1*)"))
        window, filled = MainWindow("Connecting…"), []
        window.filled.connect(lambda: filled.append(1))
        window.begin(host.workspace, NotImplemented)
        window.show()
        await user.until(lambda: host.view.is_connected, "connected")
        window.show_hosts(host.host.clock.now)
        window.equip()
        try:
            await user.until(lambda: bool(filled), "filled")
            (vm,) = window.selection.value.vms
            assert vm == host.vm_at("web")
            assert window.tree.isVisible()
        finally:
            await shut_down(window, host.workspace)

    at_window(story, connects=False)


def test_a_menu_that_is_opened_before_the_window_is_filled_is_filled_while_it_is_open(
    at_window: AtWindow,
) -> None:
    async def story(_user: WindowUser) -> None:
        workspace = Harness(trees.lab()).workspace
        window = MainWindow()
        window.show()
        menu = window.menus_by_name[Menu.HOST]
        menu.popup(QPoint(0, 0))
        assert [each.text() for each in menu.actions()] == ["One moment…"]
        window.fill(workspace, NotImplemented)
        try:
            (demo,) = (each for each in menu.actions() if each.objectName() == "host.demo")
            assert (menu.isVisible(), demo.icon().isNull()) == (True, False)
        finally:
            menu.close()
            await shut_down(window, workspace)

    at_window(story, connects=False)


@pytest.mark.parametrize("words", [(PAINTED,), (FILLED,), (CONNECTING, "--demo")])
def test_a_window_that_is_closed_at_once_ends_the_program(home: dict[str, str], words: tuple[str]) -> None:
    said = subprocess.run(
        command(*words),
        env={**os.environ, **home, "QT_QPA_PLATFORM": "offscreen", CLOSE: "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=WAIT_S,
    )
    assert (said.returncode, said.stdout) == (0, "")
    assert "Traceback" not in said.stderr


@pytest.fixture
def without(tmp_path: Path) -> Path:
    """A folder before all others, with libraries that cannot be imported."""
    for name in ("difflib", "qasync", "requests"):
        (tmp_path / "lacking" / name).mkdir(parents=True)
        (tmp_path / "lacking" / name / "__init__.py").write_text(
            f"raise ImportError('gone', name={name!r})\n"
        )
    return tmp_path / "lacking"


def run(home: dict[str, str], path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run HVTree with a folder before all others."""
    return subprocess.run(
        [*COMMAND, *words],
        env={**os.environ, **home, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=WAIT_S,
    )


@pytest.mark.parametrize("name", ["qasync", "difflib"], ids=["the loop", "what shows hosts"])
def test_a_library_that_fails_after_the_first_paint_is_named(
    home: dict[str, str], without: Path, tmp_path: Path, name: str
) -> None:
    for other in {"qasync", "difflib"} - {name}:
        shutil.rmtree(without / other)
    said = run(home, without, "--picture", str(tmp_path / "window.png"))
    assert said.returncode == 1
    assert f"HVTree cannot start: ‘{name}’ cannot be loaded." in said.stderr
    assert "Traceback" not in said.stderr


def test_a_library_that_fails_when_a_host_is_reached_is_named(home: dict[str, str], without: Path) -> None:
    said = run(
        {**home, "HVTREE_PASSWORD": "x"}, without, "show", "http://127.0.0.1:9/wsman", "--user", "demo"
    )
    assert said.returncode == 1
    assert "HVTree cannot reach hosts: ‘requests’ cannot be loaded." in said.stderr
    assert "Traceback" not in said.stderr


def test_what_is_loaded_by_its_name_is_imported_in_the_code_too() -> None:
    """Else whoever makes one file of the program would not find it there."""
    package = Path(hvtree.__file__).parent
    statements = [
        node
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    imported = {each.module for each in statements if isinstance(each, ast.ImportFrom)}
    imported |= {name.name for each in statements if isinstance(each, ast.Import) for name in each.names}
    assert {
        *LATER,
        *WORKBENCH,
        *CONTROLS,
        *CONNECTIONS,
        *GRAPHS,
        *JOBS,
        *DOCTOR,
        *DIALOGS,
        *WITH_THE_WINDOW,
    } <= imported
