"""The `.venv` of a checkout: made once, brought up to date when its ingredients change, redone when half finished."""

import hashlib
import json
import os
import sys
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from devtools import system

# The tables of pyproject.toml that say what is installed; the others may change without an installation.
_TABLES = (("build-system",), ("project",), ("tool", "hatch"))
_BUILD_TOOLS = ("hatchling", "editables")


@dataclass(frozen=True)
class Checkout:
    """The folder of a clone, and where things are in it."""

    root: Path

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def pyproject(self) -> Path:
        return self.root / "pyproject.toml"

    @property
    def constraints(self) -> Path:
        return self.root / "packaging" / "constraints.txt"

    @property
    def stamp(self) -> Path:
        """The note that a finished installation leaves: what it was made from."""
        return self.venv / "hvtree-installed.json"

    @property
    def lock(self) -> Path:
        return self.root / "build" / "set-up.lock"

    @property
    def picture(self) -> Path:
        """Where a window that nobody can see is drawn to."""
        return self.root / "build" / "hvtree-window.png"

    def python(self, platform: str = sys.platform) -> Path:
        return self.script("python", platform)

    def script(self, name: str, platform: str = sys.platform) -> Path:
        """Where `.venv` has the program `name`."""
        if platform == "win32":
            return self.venv / "Scripts" / f"{name}.exe"
        return self.venv / "bin" / name


def fingerprint(checkout: Checkout, python_version: str) -> str:
    """Digest of all that decides what is installed, the extras aside: it changes when an installation is due."""
    project = tomllib.loads(checkout.pyproject.read_text(encoding="utf-8"))
    tables = [_table(project, path) for path in _TABLES]
    constraints = checkout.constraints.read_text(encoding="utf-8").splitlines()
    ingredients = json.dumps([tables, constraints, python_version, str(checkout.root)], sort_keys=True)
    return hashlib.sha256(ingredients.encode()).hexdigest()


def is_ready(checkout: Checkout, extras: Iterable[str], python_version: str) -> bool:
    """Return whether a finished, up-to-date installation with at least these extras is there."""
    stamp = _read_stamp(checkout)
    installed = stamp.get("extras")
    return (
        stamp.get("fingerprint") == fingerprint(checkout, python_version)
        and isinstance(installed, list)
        and set(extras) <= set(installed)
        and checkout.python().exists()
    )


def prepare(
    checkout: Checkout,
    extras: Iterable[str],
    *,
    run: system.Run = system.run,
    probe: system.Run = system.run_quietly,
    say: system.Say = system.say,
    python_version: str = "{}.{}".format(*sys.version_info[:2]),
) -> bool:
    """Make `.venv` fit to use; return whether anything had to be installed. `probe` is `run` without the noise.

    Raises SetupError if a step fails; the next call then starts the installation again.
    """
    extras = sorted(extras)
    if is_ready(checkout, extras, python_version):
        return False
    with _one_at_a_time(checkout.lock, say):
        if is_ready(checkout, extras, python_version):  # another set-up did it while this one waited
            return False
        renew = _needs_new_venv(checkout, python_version, probe)
        checkout.stamp.unlink(missing_ok=True)
        if renew:
            _make_venv(checkout, run, say)
        _install(checkout, extras, run, say)
        stamp = {
            "fingerprint": fingerprint(checkout, python_version),
            "extras": extras,
            "root": str(checkout.root),
        }
        checkout.stamp.write_text(json.dumps(stamp, indent=2) + "\n", encoding="utf-8")
    return True


def _needs_new_venv(checkout: Checkout, python_version: str, probe: system.Run) -> bool:
    """Return whether `.venv` is missing, broken, of another Python, or was moved here with its folder."""
    if _venv_version(checkout) != python_version:
        return True
    if _read_stamp(checkout).get("root", str(checkout.root)) != str(checkout.root):
        return True
    return probe([str(checkout.python()), "-m", "pip", "--version"]) != 0


def _make_venv(checkout: Checkout, run: system.Run, say: system.Say) -> None:
    say(f"Making {checkout.venv}")
    if run([sys.executable, "-m", "venv", "--clear", str(checkout.venv)]) != 0:
        raise system.SetupError(
            f"The virtual environment {checkout.venv} could not be made (see above).\n"
            "Remove that folder if it is in use or damaged, then run this command again."
        )


def _install(checkout: Checkout, extras: list[str], run: system.Run, say: system.Say) -> None:
    """Install the build tools, then the package in place, both at the versions of the constraints file."""
    say(
        "Installing HVTree and what it needs (the first time it downloads some 100 MB and takes a minute or more)"
    )
    target = f"{checkout.root}[{','.join(extras)}]" if extras else str(checkout.root)
    pip = [str(checkout.python()), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    pinned = [*pip, "--constraint", str(checkout.constraints)]
    steps = [[*pinned, *_BUILD_TOOLS], [*pinned, "--no-build-isolation", "--editable", target]]
    if any(run(step) != 0 for step in steps):
        raise system.SetupError(
            "The installation failed (see above). Nothing outside .venv was changed.\n"
            "When the cause is gone, run this command again: it starts the installation anew."
        )


def _table(project: dict[str, object], path: tuple[str, ...]) -> object:
    value: object = project
    for key in path:
        value = value.get(key, {}) if isinstance(value, dict) else {}
    return value


def _read_stamp(checkout: Checkout) -> dict[str, object]:
    """Return the stamp's fields; none if it is missing or damaged."""
    try:
        stamp = json.loads(checkout.stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _venv_version(checkout: Checkout) -> str | None:
    """Return major.minor of the Python that `.venv` was made with, None if it cannot be told."""
    try:
        lines = (checkout.venv / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    settings = dict(line.split(" = ", 1) for line in lines if " = " in line)
    return ".".join(settings.get("version", "").split(".")[:2])


@contextmanager
def _one_at_a_time(path: Path, say: system.Say) -> Iterator[None]:
    """Hold a lock that the system releases even if this process is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        if not _lock(file.fileno(), wait=False):
            say("Another set-up of this checkout is under way; waiting for it to end")
            while not _lock(file.fileno(), wait=True):
                pass
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int, *, wait: bool) -> bool:
        os.lseek(descriptor, 0, os.SEEK_SET)
        try:
            msvcrt.locking(
                descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1
            )  # LK_LOCK tries for 10 s
        except OSError:
            return False
        return True
else:
    import fcntl

    def _lock(descriptor: int, *, wait: bool) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True
