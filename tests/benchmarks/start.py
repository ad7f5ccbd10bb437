"""The start: of the window to its first paint and to the demo's tree, of the help, and of one reading on the terminal.

Each figure is that of a whole process, from the moment when it is asked for. Beside it stands what cannot be done without: an empty
window of PySide6, Python that does nothing, a login by pywinrm that asks for nothing. It is started before and after each of the
others, and a ratio is the median, over the rounds, of what something took by the mean of the two beside it: a machine that is quicker
or slower from one minute to the next hardly changes it. All find their bytecode in a folder that a first round has filled, as an
installed program does.

Then the modules are named that take longest of all that is imported before the first paint.
"""

from __future__ import annotations

import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.measuring import megabytes, milliseconds
from tests.benchmarks.screen import screen
from tests.benchmarks.server import Server, served
from tests.support.started import FILLED, PAINTED, SHOWN, command

EMPTY_WINDOW = """
import json, os, time
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, tell)

def tell():
    found = {"at_s": time.time(), "processor_s": time.process_time()}
    memory = Path("/proc/self/smaps_rollup")
    lines = memory.read_text("ascii").splitlines()[1:] if memory.exists() else []
    sizes = {name: value.split()[0] for name, _, value in (line.partition(":") for line in lines)}
    print(json.dumps({**found, "rss": 1024 * int(sizes.get("Rss", 0)), "pss": 1024 * int(sizes.get("Pss", 0))}), flush=True)
    os._exit(0)

application = QApplication([])
window = Window()
window.resize(1360, 840)
window.show()
application.exec()
"""
BARE_LOGIN = """
import os, winrm
endpoint, user = os.environ["BENCH_ENDPOINT"], os.environ["BENCH_USER"]
protocol = winrm.Protocol(endpoint, transport="ntlm", username=user, password=os.environ["HVTREE_PASSWORD"])
protocol.close_shell(protocol.open_shell())
"""
WORLD = "lab"
FAR_MS = 25
"""How long a message to a host takes that is far away. The window is loaded meanwhile."""
DEAREST = 10
_IMPORT = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \| +(\S+)")


@dataclass(frozen=True)
class Sample:
    """One process: seconds, seconds of processor time, and bytes that it held."""

    wall_s: float
    processor_s: float
    rss: int = 0
    pss: int = 0


def main(*, short: bool) -> None:
    """Print all figures, each beside what it is measured by."""
    rounds = 3 if short else 15
    with (
        tempfile.TemporaryDirectory() as home,
        screen() as platform,
        served(WORLD) as server,
        served(WORLD, FAR_MS) as far,
    ):
        environment = _environment(Path(home), platform, server)
        to_far = command(SHOWN, "--host", far.endpoint, "--user", far.user)[1:]
        far_environment = {**environment, "HVTREE_PASSWORD": far.password}
        print(f"Medians of {rounds} rounds, on the platform {platform['QT_QPA_PLATFORM']}")
        python = [sys.executable]
        _compare(
            "the window",
            {
                "empty PySide6 window, painted": lambda: _until(["-c", EMPTY_WINDOW], environment),
                "hvtree, painted": lambda: _until(command(PAINTED)[1:], environment),
                "hvtree, filled": lambda: _until(command(FILLED)[1:], environment),
                "hvtree --demo, painted": lambda: _until(command(PAINTED, "--demo")[1:], environment),
                "hvtree --demo, its tree": lambda: _until(command(SHOWN, "--demo")[1:], environment),
                f"hvtree, a tree {FAR_MS} ms away": lambda: _until(to_far, far_environment),
            },
            rounds,
        )
        _compare(
            "the help",
            {
                "python -c ''": lambda: _whole([*python, "-c", ""], environment),
                "hvtree --help": lambda: _whole([*python, "-m", "hvtree", "--help"], environment),
            },
            rounds,
        )
        show = [*python, "-m", "hvtree", "show", server.endpoint, "--user", server.user]
        _compare(
            "one reading on the terminal",
            {
                "a bare login by pywinrm": lambda: _whole([*python, "-c", BARE_LOGIN], environment),
                "hvtree show URL": lambda: _whole(show, environment),
            },
            rounds,
        )
        _print_dearest(environment)


def _environment(home: Path, platform: Mapping[str, str], server: Server) -> dict[str, str]:
    """Return the variables of all processes: a home with nothing in it, and bytecode that is kept."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    folders = {
        name: str(home) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "APPDATA")
    }
    host = {"BENCH_ENDPOINT": server.endpoint, "BENCH_USER": server.user, "HVTREE_PASSWORD": server.password}
    return {**kept, **folders, **platform, **host, "PYTHONPYCACHEPREFIX": str(home / "bytecode")}


def _until(arguments: list[str], environment: Mapping[str, str]) -> Sample:
    """Start Python with these arguments; return what it took until it said so itself."""
    began_s = time.time()
    said = subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    found = json.loads(said.stdout.splitlines()[-1])
    return Sample(found["at_s"] - began_s, found["processor_s"], found["rss"], found["pss"])


def _whole(words: list[str], environment: Mapping[str, str]) -> Sample:
    """Run a command; return what it took from its beginning to its end."""
    before, began_s = _of_children_s(), time.perf_counter()
    subprocess.run(words, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    return Sample(time.perf_counter() - began_s, _of_children_s() - before)


def _of_children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _compare(what: str, ways: Mapping[str, Callable[[], Sample]], rounds: int) -> None:
    """Measure ways in turn, the first before and after each of the others; print the medians of times and of ratios to the first."""
    for way in ways.values():
        way()  # fills the bytecode, and the system's memory of files
    (standard_name, standard), *others = ways.items()
    samples: dict[str, list[Sample]] = {name: [] for name in ways}
    ratios: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(rounds):
        before = standard()
        for name, way in others:
            found, after = way(), standard()
            samples[standard_name].append(after)
            samples[name].append(found)
            ratios[name].append(_ratio(found, before, after))
            before = after
    print(f"{what:<32} {'time':>17} {'processor':>17} {'RSS':>9} {'PSS':>9}")
    for name, each in ((name, _median(found)) for name, found in samples.items()):
        wall, processor = (
            map(statistics.median, zip(*ratios[name], strict=True)) if ratios[name] else (1.0, 1.0)
        )
        held = [megabytes(size or None) if each.rss else "" for size in (each.rss, each.pss)]
        times = (
            f"{milliseconds(each.wall_s)} {wall:>6,.2f} x",
            f"{milliseconds(each.processor_s)} {processor:>6,.2f} x",
        )
        print(f"  {name:<30} {times[0]:>17} {times[1]:>17} {held[0]:>9} {held[1]:>9}")


def _ratio(found: Sample, before: Sample, after: Sample) -> tuple[float, float]:
    """Return how many times as much time, and processor time, something took as what was measured before and after it."""
    return (
        2 * found.wall_s / (before.wall_s + after.wall_s),
        2 * found.processor_s / (before.processor_s + after.processor_s),
    )


def _median(samples: list[Sample]) -> Sample:
    return Sample(
        statistics.median(each.wall_s for each in samples),
        statistics.median(each.processor_s for each in samples),
        int(statistics.median(each.rss for each in samples)),
        int(statistics.median(each.pss for each in samples)),
    )


def _print_dearest(environment: Mapping[str, str]) -> None:
    """Say what is imported before the first paint, and which modules take longest themselves."""
    said = subprocess.run(
        [sys.executable, "-X", "importtime", *command(PAINTED)[1:]],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    own_us = {found[3]: int(found[1]) for line in said.stderr.splitlines() if (found := _IMPORT.match(line))}
    ours = sum(name.startswith("hvtree") for name in own_us)
    print(
        f"Before the first paint {len(own_us)} modules are imported, {ours} of them HVTree's own. The dearest:"
    )
    for name in sorted(own_us, key=lambda name: -own_us[name])[:DEAREST]:
        print(f"  {own_us[name] / 1000:>6.1f} ms  {name}")
