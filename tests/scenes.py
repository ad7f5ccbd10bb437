"""Pictures of the window for people: `python -m tests.scenes [NAME…]` writes `screenshots/<name>.png`.

Each scene is a short story that the real window lives through on an emulated host in memory, on a loop where time
passes at once: the program draws its own pictures, and a scene that no longer works fails.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QSplitter

from hvtree.app.host_view import ConnectionPhase
from hvtree.domain.errors import AuthenticationFailure, ConnectionFailure
from hvtree.domain.model import VmState
from hvtree.emulator.host.faults import Fault
from hvtree.jobs.job import Verdict
from hvtree.operations.group import CheckpointGroup
from hvtree.ui.start import make_application
from hvtree.ui.theme import Theme
from hvtree.values import replace
from tests.scenes_of_groups import GROUP_SCENES
from tests.scenes_of_notes import locked, passport
from tests.support import trees
from tests.support.emulated import SECRET
from tests.support.kept_jobs import job
from tests.support.killed_jobs import killed
from tests.support.pictures import Scene, drawn, window, with_dialog
from tests.support.window import WindowUser

FOLDER = Path(__file__).parent.parent / "screenshots"


async def start(user: WindowUser) -> QPixmap:
    """No host is open yet."""
    return await window(user)


async def main_light(user: WindowUser) -> QPixmap:
    """The lab, with one checkpoint of a branchy tree in full."""
    await user.open_host()
    user.close_rows("a-very-long-name-of-a-virtual-machine-that-somebody-made-with-a-script-for-acceptance")
    user.open_rows("WEB-FRONT-01")
    await user.quiet()
    user.select("WEB-FRONT-01", "shop 3.2")
    user.show_at_top("vApp-Tier2")
    return await window(user)


async def main_dark(user: WindowUser) -> QPixmap:
    """The same in the dark."""
    return await main_light(user)


async def checkpoint(user: WindowUser) -> QPixmap:
    """The name is filled in and selected: Enter runs."""
    await user.open_host()
    user.select("SQL-PROD-01")
    user.choose("Checkpoint…")
    return await with_dialog(user)


async def delete(user: WindowUser) -> QPixmap:
    """What merges into what, how many bytes, and the tree before and after."""
    await user.open_host()
    user.select("WEB-FRONT-01", "hotfix 3.2.1")
    user.select("WEB-FRONT-01", "load test 500 users", more=True)
    user.select("vHost17", "vHost17 - (9/21/2014 - 7:37:43 PM)", more=True)
    user.choose("Delete Checkpoint…")
    return await with_dialog(user)


async def apply(user: WindowUser) -> QPixmap:
    """Hyper-V Manager's three buttons; the safe way is the default."""
    await user.open_host()
    user.select("WEB-FRONT-01", "shop 3.1")
    user.choose("Apply…")
    return await with_dialog(user)


async def apply_without_safety(user: WindowUser) -> QPixmap:
    """The plan of the other button, which pressing it once shows."""
    await user.open_host()
    user.select("WEB-FRONT-01", "shop 3.1")
    user.choose("Apply…")
    dialog = await user.dialog()
    dialog.press("Apply")
    return await with_dialog(user)


async def group(user: WindowUser) -> QPixmap:
    """The first seed post's recipe as one plan."""
    await user.open_host()
    user.select("SSTest1")
    user.select("V-2012R2-Test1", more=True)
    user.select("v-2012R2-TW01", more=True)
    user.choose("Checkpoint Group…")
    (await user.dialog()).type("SharePoint farm, before the cumulative update")
    return await with_dialog(user)


async def group_over_hosts(user: WindowUser) -> QPixmap:
    """The same for VMs on two hosts: one plan, and each step says where."""
    await user.open_host()
    await user.open_another(
        trees.lab("vHost18", **{"SP-SEARCH-01": replace(trees.vm("", "SP-SEARCH-01"), state=VmState.RUNNING)})
    )
    user.select("SSTest1")
    user.select("V-2012R2-Test1", more=True)
    user.select("SP-SEARCH-01", more=True)
    user.choose("Checkpoint Group…")
    dialog = await user.dialog()
    dialog.type("SharePoint farm, before the cumulative update")
    dialog.widget.resize(680, 860)
    return await with_dialog(user)


async def keyboard(user: WindowUser) -> QPixmap:
    """Every key."""
    await user.open_host()
    user.choose_from("Help", "Keyboard")
    return await with_dialog(user)


async def activity(user: WindowUser) -> QPixmap:
    """One job is done, one is refused, one is at work."""
    await user.open_host()
    user.select("WEB-FRONT-01", "shop 3.2 beta")
    user.choose("Delete Checkpoint…")
    (await user.dialog()).press("Delete checkpoint")
    await user.job_ended()
    for name in ("SSTest1", "V-2012R2-Test1", "v-2012R2-TW01"):
        user.select(name, more=name != "SSTest1")
    user.choose("Checkpoint Group…")
    (await user.dialog()).press("Checkpoint 3 VMs")
    await user.job_ended(2)
    user.select("SQL-PROD-01", "before CU12")
    user.choose("Export…")
    (await user.dialog()).press("Export")
    await user.until(
        lambda: bool(user.jobs[2].steps) and (user.jobs[2].steps[0].percent or 0) > 35, "a third is done"
    )
    return await window(user)


async def failed_job(user: WindowUser) -> QPixmap:
    """What a failure looks like: what, why, what now, and the raw record."""
    await user.open_host()
    user.select("SQL-PROD-01", "before CU12")
    user.choose("Export…")
    dialog = await user.dialog()
    dialog.type("\\\\nas01\\readonly")
    dialog.press("Export")
    job = await user.job_ended()
    assert job.verdict is Verdict.FAILED, job
    user.window.resize(1360, 960)
    for splitter in user.window.findChildren(QSplitter):
        if splitter.orientation() == Qt.Orientation.Vertical:
            splitter.setSizes([430, 470])
    user.window.activity.pane.details.open()
    return await window(user)


async def connecting(user: WindowUser) -> QPixmap:
    """The host has not answered yet."""
    user.host.hold("host.read")
    user.window.hosts.add(user.profile, SECRET)
    await user.host.asked("host.read")
    return await window(user)


async def measuring(user: WindowUser) -> QPixmap:
    """The tree is there, and its sizes are on their way."""
    await _open_without_sizes(user)
    user.open_rows("WEB-FRONT-01")
    await user.quiet()
    user.select("WEB-FRONT-01", "shop 3.2")
    user.show_at_top("WEB-FRONT-01")
    return await window(user)


async def waiting_plan(user: WindowUser) -> QPixmap:
    """A plan about bytes waits for the sizes of its own VM."""
    await _open_without_sizes(user)
    user.select("WEB-FRONT-01", "hotfix 3.2.1")
    user.choose("Delete Checkpoint…")
    return await with_dialog(user)


async def failed(user: WindowUser) -> QPixmap:
    """The host could not be reached: never an empty tree."""
    user.host.down = AuthenticationFailure(
        "The host xHost16 refused the password of LAB\\admin.",
        why="It answered 401 (Unauthorized).",
        now="Check the password, then connect again. It is not tried again by itself, so that no account is locked.",
    )
    user.window.hosts.add(user.profile, SECRET)
    await user.until(lambda: user.view.phase is ConnectionPhase.FAILED, "failed")
    return await window(user)


async def stale(user: WindowUser) -> QPixmap:
    """The connection was lost: the last reading stays, and says that it is old."""
    await user.open_host()
    user.select("WEB-FRONT-01")
    lost = ConnectionFailure(
        "The connection to xHost16 was lost.",
        why="The network is unreachable.",
        now="It is tried again by itself.",
    )
    user.host.down = lost
    user.host.lose(lost)
    await user.until(lambda: user.view.phase is ConnectionPhase.STALE, "stale")
    return await window(user)


async def filtered(user: WindowUser) -> QPixmap:
    """The filter keeps the parents of what it finds."""
    await user.open_host()
    user.filter("kind:memory older:5d")
    user.press_in_filter(Qt.Key.Key_Down)
    user.window.tree.scrollToTop()
    return await window(user)


async def history(user: WindowUser) -> QPixmap:
    """Everything that was done, whoever did it; one job in full."""
    await user.open_host()
    user.select("WEB-FRONT-01", "shop 3.2 beta")
    user.choose("Delete Checkpoint…")
    (await user.dialog()).press("Delete checkpoint")
    await user.job_ended()
    user.host.hyperv.faults.add(Fault(cmdlet="Rename-VMSnapshot", error="AccessDenied"))
    user.select("WEB-FRONT-01", "shop 3.1")
    await user.key(Qt.Key.Key_F2)
    user.type_in_place("shop 3.1, the last one before the move")
    await user.job_ended(2)
    for name in ("SSTest1", "V-2012R2-Test1", "v-2012R2-TW01"):
        user.select(name, more=name != "SSTest1")
    user.choose("Checkpoint Group…")
    (await user.dialog()).press("Checkpoint 3 VMs")
    await user.job_ended(3)
    user.choose_from("View", "History…")
    await user.quiet()
    return await with_dialog(user)


async def undo(user: WindowUser) -> QPixmap:
    """An apply is led back to its safety checkpoint; what was changed since is kept in another one."""
    await user.open_host()
    user.select("WEB-FRONT-01", "shop 3.1")
    user.choose("Apply…")
    dialog = await user.dialog()
    dialog.press(dialog.default_button())
    await user.job_ended()
    user.select("WEB-FRONT-01")
    user.choose_from("VM", "Undo…")
    await user.quiet()
    return await with_dialog(user)


async def recovery(user: WindowUser) -> QPixmap:
    """HVTree was killed in the middle of a group: what is open is said, and what can be done."""
    await user.open_host()
    names = ("SSTest1", "V-2012R2-Test1", "v-2012R2-TW01")
    group_of = CheckpointGroup(tuple(map(user.vm_address, names)), "SharePoint farm, before the update")
    await killed(user.memory, user.workspace._find_host("xHost16"), job(group_of, user.state), after=2)
    user.window.controls.recoveries.look()
    await user.quiet()
    user.window.controls.recoveries.strip.button.click()
    return await with_dialog(user)


SCENES: dict[str, tuple[Scene, bool]] = {
    "start": (start, False),
    "main-light": (main_light, False),
    "main-dark": (main_dark, True),
    "checkpoint": (checkpoint, False),
    "passport": (passport, False),
    "passport-dark": (passport, True),
    "locked": (locked, False),
    "locked-dark": (locked, True),
    "delete": (delete, False),
    "apply": (apply, False),
    "apply-without-safety": (apply_without_safety, True),
    "group": (group, False),
    "group-over-hosts": (group_over_hosts, False),
    "keyboard": (keyboard, True),
    "activity": (activity, False),
    "failed-job": (failed_job, True),
    "connecting": (connecting, False),
    "measuring": (measuring, True),
    "waiting-plan": (waiting_plan, True),
    "failed": (failed, False),
    "stale": (stale, True),
    "filter": (filtered, False),
    "history": (history, False),
    "history-dark": (history, True),
    "recovery": (recovery, False),
    "undo": (undo, False),
    **GROUP_SCENES,
}
"""Each scene with its story, and whether it is played in the dark."""


def main(names: list[str]) -> int:
    """Draw these scenes, or all; return the exit code."""
    unknown = set(names) - SCENES.keys()
    if unknown:
        print(f"There is no scene {', '.join(sorted(unknown))}. There are: {', '.join(SCENES)}.")
        return 2
    os.environ.update({"TZ": "America/New_York", "QT_QPA_PLATFORM": "offscreen"})
    time.tzset()
    FOLDER.mkdir(exist_ok=True)
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    application = make_application(["hvtree"])
    theme = Theme(application)
    for name in names or list(SCENES):
        scene, is_dark = SCENES[name]
        theme.apply_scheme(Qt.ColorScheme.Dark if is_dark else Qt.ColorScheme.Light)
        picture = drawn(application, scene)
        picture.save(str(FOLDER / f"{name}.png"))
        print(f"screenshots/{name}.png")
    return 0


async def _open_without_sizes(user: WindowUser) -> None:
    """Open the lab, whose host does not tell a size yet."""
    user.host.hold("host.sizes")
    user.window.hosts.add(user.profile, SECRET)
    await user.until(lambda: "host.sizes" in user.host.verbs(apart_from=()), "sizes are asked for")
    await user.quiet()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
