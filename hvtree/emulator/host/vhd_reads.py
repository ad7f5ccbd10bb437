"""Get-VHDs on the host: how many files are being opened, and which were; so that a test can say how the host is loaded."""

from __future__ import annotations


class VhdReads:
    """Counts files that are opened by Get-VHD. Hold the host's guard to change it; anybody may look."""

    def __init__(self) -> None:
        self.running = 0
        """How many Get-VHDs run now; one opens its files one after the other."""
        self.most_at_once = 0
        """How many have ever run at the same time."""
        self.paths: list[str] = []
        """Every file that was opened, in order."""

    def begin(self) -> None:
        """Note that a Get-VHD begins."""
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)

    def end(self) -> None:
        """Note that a Get-VHD has ended."""
        self.running -= 1
