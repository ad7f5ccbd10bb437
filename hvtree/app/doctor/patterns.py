"""A remedy before its values are filled in."""

from __future__ import annotations

from dataclasses import dataclass

from hvtree.app.doctor.stage_report import Place

LOOKS = "Nothing: it only looks."
WINDOWS, LINUX, MAC = "Windows", "Linux", "Darwin"
"""What `platform.system()` says."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A remedy in which `‹…›` stands for a value.

    In a command a value becomes a PowerShell string on the host, and a quoted word for the shell of this computer.
    """

    what: str
    place: Place
    command: str
    exposes: str
    system: str = ""
    """On which system of this computer it works; empty: on every one."""
