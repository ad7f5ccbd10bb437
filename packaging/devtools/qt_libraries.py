"""The shared libraries that Qt needs on Linux: which are missing, and getting them on Debian and its children.

Package names found by experiment in bare Debian 12 and 13 trees (2026-09).
"""

import ctypes
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from devtools import system

_OLDEST_GLIBC = (2, 34)


@dataclass(frozen=True)
class Need:
    """A library (by its soname) or program that must be there, and the Debian packages that bring it, best first."""

    name: str
    packages: tuple[str, ...]


# To import Qt at all, and to draw off screen.
ALWAYS = (
    Need("libglib-2.0.so.0", ("libglib2.0-0t64", "libglib2.0-0")),
    Need("libEGL.so.1", ("libegl1",)),
    Need("libGL.so.1", ("libgl1",)),
    Need("libdbus-1.so.3", ("libdbus-1-3",)),
    Need("libfontconfig.so.1", ("libfontconfig1",)),
    Need("libxkbcommon.so.0", ("libxkbcommon0",)),
    Need("libgssapi_krb5.so.2", ("libgssapi-krb5-2",)),
)
X11 = (
    Need("libxcb-cursor.so.0", ("libxcb-cursor0",)),
    Need("libxcb-icccm.so.4", ("libxcb-icccm4",)),
    Need("libxcb-keysyms.so.1", ("libxcb-keysyms1",)),
    Need("libxcb-shape.so.0", ("libxcb-shape0",)),
    Need("libxkbcommon-x11.so.0", ("libxkbcommon-x11-0",)),
)
WAYLAND = (
    Need("libwayland-cursor.so.0", ("libwayland-cursor0",)),
    Need("libwayland-egl.so.1", ("libwayland-egl1",)),
)
XVFB = (Need("Xvfb", ("xvfb",)),)
# Debian's python3 comes without what makes a virtual environment.
VENV = (Need("ensurepip", ("python{}.{}-venv".format(*sys.version_info[:2]), "python3-venv")),)


def is_there(need: Need) -> bool:
    """Return whether the loader finds the library, the shell the program, or Python the module."""
    if need.name == "ensurepip":
        return system.run_quietly([sys.executable, "-c", "import ensurepip"]) == 0
    if ".so" not in need.name:
        return shutil.which(need.name) is not None
    try:
        ctypes.CDLL(need.name)
    except OSError:
        return False
    return True


def missing(needs: Iterable[Need], there: Callable[[Need], bool] = is_there) -> tuple[Need, ...]:
    """Return those needs that are not met."""
    return tuple(need for need in needs if not there(need))


def packages_for(needs: Iterable[Need], known: Callable[[str], bool]) -> list[str]:
    """Return a package for each need: the first that the distribution knows, else the last."""
    return [next(filter(known, need.packages), need.packages[-1]) for need in needs]


def complaint_about_glibc(library: str, version: str) -> str | None:
    """Return the sentence for a Linux whose C library, as platform.libc_ver() tells it, is too old for Qt's wheels."""
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if library != "glibc" or not numbers or numbers >= _OLDEST_GLIBC:
        return None
    return (
        f"Qt for Python needs glibc 2.34 or newer, and this system has {version}.\n"
        "Debian 12, Ubuntu 22.04 and Red Hat 9, or newer ones, will do."
    )


@dataclass(frozen=True)
class Apt:
    """The package manager of Debian and its children."""

    is_root: bool
    run: system.Run
    known: Callable[[str], bool]

    def install(self, needs: Sequence[Need]) -> None:
        """Install what brings `needs`; whether that worked shows in what is then still missing."""
        self.run(["apt-get", "update", "-q"])
        packages = packages_for(needs, self.known)
        self.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages])

    def line_to_type(self, needs: Sequence[Need]) -> str:
        """Return the command for somebody who may not install packages, to type or to send to who may."""
        packages = " ".join(packages_for(needs, self.known))
        return f"sudo apt-get update && sudo apt-get install -y --no-install-recommends {packages}"


def this_machines_apt() -> Apt | None:
    """Return the package manager of this machine; None if it is not one of Debian's family."""
    if sys.platform != "linux" or shutil.which("apt-get") is None:
        return None
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    return Apt(is_root=os.geteuid() == 0, run=partial(system.run, env=quiet), known=_apt_knows)


def ensure(
    needs: Iterable[Need],
    apt: Apt | None,
    *,
    useful: Iterable[Need] = (),
    there: Callable[[Need], bool] = is_there,
    say: system.Say = system.say,
) -> None:
    """Bring what is missing of `needs` and `useful`, or tell what would.

    Raises SetupError if one of `needs` is missing in the end; what is only useful stops nobody.
    """
    required, wished = missing(needs, there), missing(useful, there)
    if not required and not wished:
        return
    if apt is not None and apt.is_root:
        say(f"Installing from the system's packages: {_names(required + wished)}")
        apt.install(required + wished)
        required, wished = missing(required, there), missing(wished, there)
    if required:
        raise system.SetupError(
            f"HVTree needs this from the system: {_names(required)}.\n{_advice(apt, required + wished)}"
        )
    if wished:
        say(f"Going on without {_names(wished)}; some checks are skipped.\n{_advice(apt, wished)}")


def _names(needs: Iterable[Need]) -> str:
    return ", ".join(need.name for need in needs)


def _advice(apt: Apt | None, lacking: Sequence[Need]) -> str:
    if apt is None:
        return "Install it with your system's package manager, then run this command again."
    if apt.is_root:
        return "apt-get (see above) did not bring it."
    return f"Type this line, then run this command again:\n\n    {apt.line_to_type(lacking)}\n"


def check_glibc() -> None:
    """Raise SetupError if Qt's packages cannot be installed on this Linux."""
    complaint = complaint_about_glibc(*platform.libc_ver())
    if complaint:
        raise system.SetupError(complaint)


def _apt_knows(package: str) -> bool:
    command = ["apt-cache", "show", "--no-all-versions", package]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
