"""The `.venv` of a checkout is set up when it must be, and only then."""

import json
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from devtools.environment import Checkout, prepare
from devtools.system import SetupError
from tests.support.waiting import WAIT_S

PYPROJECT = """
[project]
name = "demo"
dependencies = ["networkx"]
[tool.ruff]
line-length = 110
"""


class Machine:
    """Carries out the commands of a set-up as far as the set-up can see, and remembers them."""

    def __init__(self, checkout: Checkout, version: str = "3.11") -> None:
        self.checkout = checkout
        self.version = version
        self.commands: list[list[str]] = []
        self.fails_at: str | None = None
        self.pip_works = True

    def run(self, command: Sequence[str]) -> int:
        self.commands.append(list(command))
        if self.fails_at in command:
            return 1
        if "venv" in command:
            self.checkout.python().parent.mkdir(parents=True, exist_ok=True)
            self.checkout.python().touch()
            settings = f"home = /usr/bin\nversion = {self.version}.7\n"
            (self.checkout.venv / "pyvenv.cfg").write_text(settings, encoding="utf-8")
        return 0

    def probe(self, command: Sequence[str]) -> int:
        return 0 if self.pip_works else 1

    def set_up(self, *extras: str) -> list[str]:
        """Prepare the checkout; return what was done, in one word each."""
        self.commands.clear()
        said: list[str] = []
        version = self.version
        prepare(
            self.checkout, extras, run=self.run, probe=self.probe, say=said.append, python_version=version
        )
        return ["venv" if "venv" in command else "install" for command in self.commands]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    checkout = Checkout(tmp_path)
    checkout.constraints.parent.mkdir()
    checkout.pyproject.write_text(PYPROJECT, encoding="utf-8")
    checkout.constraints.write_text("networkx==3.6.1\n", encoding="utf-8")
    return Machine(checkout)


EVERYTHING = ["venv", "install", "install"]
PACKAGES = ["install", "install"]


def test_a_fresh_clone_gets_a_venv_and_its_packages(machine: Machine) -> None:
    assert machine.set_up() == EVERYTHING


def test_a_second_start_runs_no_command(machine: Machine) -> None:
    machine.set_up("dev")
    assert machine.set_up("dev") == []


def test_packages_are_installed_at_the_versions_of_the_constraints(machine: Machine) -> None:
    machine.set_up("dev")
    installs = machine.commands[1:]
    assert all(
        "--constraint" in command and str(machine.checkout.constraints) in command for command in installs
    )
    assert installs[-1][-1] == f"{machine.checkout.root}[dev]"
    assert installs[-1][0] == str(machine.checkout.python())


def test_running_needs_nothing_more_once_the_checks_are_set_up(machine: Machine) -> None:
    machine.set_up("dev")
    assert machine.set_up() == []


def test_the_checks_install_their_tools_after_a_run(machine: Machine) -> None:
    machine.set_up()
    assert machine.set_up("dev") == PACKAGES


def test_a_changed_constraint_installs_again(machine: Machine) -> None:
    machine.set_up()
    machine.checkout.constraints.write_text("networkx==3.7\n", encoding="utf-8")
    assert machine.set_up() == PACKAGES


def test_a_changed_dependency_installs_again(machine: Machine) -> None:
    machine.set_up()
    machine.checkout.pyproject.write_text(PYPROJECT.replace("networkx", "keyring"), encoding="utf-8")
    assert machine.set_up() == PACKAGES


def test_a_changed_linter_setting_installs_nothing(machine: Machine) -> None:
    machine.set_up()
    machine.checkout.pyproject.write_text(PYPROJECT.replace("110", "100"), encoding="utf-8")
    assert machine.set_up() == []


@pytest.mark.parametrize("step", ["hatchling", "--editable"])
def test_an_installation_that_failed_is_done_again(machine: Machine, step: str) -> None:
    machine.fails_at = step
    with pytest.raises(SetupError, match="run this command again"):
        machine.set_up()
    machine.fails_at = None
    assert machine.set_up() == PACKAGES


def test_an_update_that_was_interrupted_is_done_again(machine: Machine) -> None:
    """The stamp of the older, finished installation must not vouch for the half-made one."""
    machine.set_up()
    before = machine.checkout.constraints.read_text(encoding="utf-8")
    machine.checkout.constraints.write_text("networkx==3.7\n", encoding="utf-8")
    machine.fails_at = "--editable"
    with pytest.raises(SetupError):
        machine.set_up()
    machine.fails_at = None
    machine.checkout.constraints.write_text(before, encoding="utf-8")
    assert machine.set_up() == PACKAGES


def test_a_damaged_stamp_counts_as_none(machine: Machine) -> None:
    machine.set_up()
    machine.checkout.stamp.write_text('{"fingerprint": ', encoding="utf-8")
    assert machine.set_up() == PACKAGES


def test_a_venv_without_a_working_pip_is_made_anew(machine: Machine) -> None:
    machine.set_up()
    machine.checkout.stamp.unlink()
    machine.pip_works = False
    assert machine.set_up() == EVERYTHING


def test_another_python_gets_a_new_venv(machine: Machine) -> None:
    machine.set_up()
    machine.version = "3.13"
    assert machine.set_up() == EVERYTHING


def test_a_checkout_that_was_moved_gets_a_new_venv(machine: Machine, tmp_path: Path) -> None:
    machine.set_up()
    stamp = json.loads(machine.checkout.stamp.read_text(encoding="utf-8"))
    machine.checkout.stamp.write_text(json.dumps(stamp | {"root": "/elsewhere", "fingerprint": "old"}))
    assert machine.set_up() == EVERYTHING


def test_a_venv_that_cannot_be_made_says_what_to_do(machine: Machine) -> None:
    machine.fails_at = "venv"
    with pytest.raises(SetupError, match="Remove that folder"):
        machine.set_up()


def test_two_set_ups_at_once_install_once(machine: Machine) -> None:
    """The second waits for the first, then finds its work done."""
    first_installs, second_waits = threading.Event(), threading.Event()
    done: list[bool] = []

    def run_first(command: Sequence[str]) -> int:
        first_installs.set()
        assert second_waits.wait(WAIT_S)
        return machine.run(command)

    def set_up_first() -> None:
        done.append(prepare(machine.checkout, (), run=run_first, probe=machine.probe, say=lambda _: None))

    machine.version = "{}.{}".format(*sys.version_info[:2])
    thread = threading.Thread(target=set_up_first)
    thread.start()
    assert first_installs.wait(WAIT_S)
    second = prepare(
        machine.checkout, (), run=machine.run, probe=machine.probe, say=lambda _: second_waits.set()
    )
    thread.join(WAIT_S)
    assert (done, second) == ([True], False)
    assert len(machine.commands) == len(EVERYTHING)


def test_windows_keeps_its_programs_in_scripts() -> None:
    checkout = Checkout(Path("clone"))
    assert checkout.python("win32") == Path("clone/.venv/Scripts/python.exe")
    assert checkout.python("darwin") == Path("clone/.venv/bin/python")
