"""What Qt needs from a Linux system is found missing, and installed or asked for in one exact line."""

from collections.abc import Sequence

import pytest

from devtools.qt_libraries import ALWAYS, X11, Apt, Need, complaint_about_glibc, ensure, missing
from devtools.system import SetupError

GLIB, EGL = ALWAYS[0], ALWAYS[1]


class System:
    """A Debian with some libraries, whose apt-get brings what it is asked for."""

    def __init__(self, *present: Need, knows_t64: bool = False, apt_works: bool = True) -> None:
        self.present = set(present)
        self.commands: list[list[str]] = []
        self.said = ""
        self._knows_t64 = knows_t64
        self._apt_works = apt_works

    def ensure(self, *needs: Need, as_root: bool, useful: Sequence[Need] = ()) -> None:
        """Bring `needs` and `useful` on this system."""
        ensure(needs, self.apt(is_root=as_root), useful=useful, there=self._there, say=self._say)

    def apt(self, *, is_root: bool) -> Apt:
        return Apt(is_root, self._run, self._known)

    def _there(self, need: Need) -> bool:
        return need in self.present

    def _say(self, text: str) -> None:
        self.said += text + "\n"

    def _run(self, command: Sequence[str]) -> int:
        self.commands.append(list(command))
        if "install" in command and self._apt_works:
            self.present |= {need for need in ALWAYS + X11 if set(need.packages) & set(command)}
        return 0 if self._apt_works else 100

    def _known(self, package: str) -> bool:
        return self._knows_t64 or not package.endswith("t64")


def test_nothing_is_run_when_nothing_is_missing() -> None:
    system = System(*ALWAYS)
    system.ensure(*ALWAYS, as_root=True)
    assert (system.commands, system.said) == ([], "")


def test_root_gets_what_is_missing_and_no_more() -> None:
    system = System(*ALWAYS[2:])
    system.ensure(*ALWAYS, as_root=True)
    assert system.commands[0][:2] == ["apt-get", "update"]
    assert system.commands[1][-2:] == ["libglib2.0-0", "libegl1"]
    assert set(ALWAYS) <= system.present


def test_others_get_the_exact_line_to_type() -> None:
    system = System(*ALWAYS[2:])
    with pytest.raises(SetupError) as caught:
        system.ensure(*ALWAYS, as_root=False, useful=X11[:1])
    line = "sudo apt-get update && sudo apt-get install -y --no-install-recommends libglib2.0-0 libegl1 libxcb-cursor0\n"
    assert line in str(caught.value)
    assert "libEGL.so.1" in str(caught.value)
    assert system.commands == []


def test_newer_debians_call_glib_by_its_new_name() -> None:
    system = System(*ALWAYS[1:], knows_t64=True)
    assert system.apt(is_root=False).line_to_type([GLIB]).endswith(" libglib2.0-0t64")


def test_a_failed_apt_get_names_what_is_still_missing() -> None:
    system = System(*ALWAYS[2:], apt_works=False)
    with pytest.raises(SetupError, match=r"libglib-2\.0\.so\.0, libEGL\.so\.1"):
        system.ensure(*ALWAYS, as_root=True)


def test_other_linuxes_are_told_the_library_and_no_debian_line() -> None:
    with pytest.raises(SetupError, match=r"libEGL\.so\.1") as caught:
        ensure([EGL], None, there=lambda _: False)
    assert "apt-get" not in str(caught.value)


@pytest.mark.parametrize("as_root", [True, False])
def test_what_is_only_useful_stops_nobody(*, as_root: bool) -> None:
    system = System(*ALWAYS, apt_works=False)
    system.ensure(*ALWAYS, as_root=as_root, useful=X11)
    assert "Going on without libxcb-cursor.so.0" in system.said


def test_root_gets_what_is_useful_too() -> None:
    system = System(*ALWAYS)
    system.ensure(*ALWAYS, as_root=True, useful=X11)
    assert set(X11) <= system.present


def test_libraries_are_looked_up_with_the_loader_itself() -> None:
    lacking = missing([Need("libnosuchlibrary.so.9", ("x",)), Need("no-such-program", ("y",))])
    assert [need.name for need in lacking] == ["libnosuchlibrary.so.9", "no-such-program"]


@pytest.mark.parametrize(
    ("library", "version", "complains"),
    [("glibc", "2.31", True), ("glibc", "2.34", False), ("glibc", "2.36", False), ("", "", False)],
)
def test_an_old_c_library_is_named_before_pip_fails(library: str, version: str, *, complains: bool) -> None:
    assert (complaint_about_glibc(library, version) is not None) is complains
