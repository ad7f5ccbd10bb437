"""Line ends as PowerShell on Windows writes them: CR and LF, also where the PowerShell that runs here writes LF.

What a script itself writes to the bare stream is its own business. An engine's text and a script's bytes come through one pipe
and cannot be told apart there, so all output of a script that opens a bare stream passes unchanged. HVTree's agent is one.
A line feed inside of one text, which Windows would leave alone, becomes a line end, too.
"""

from __future__ import annotations

import re
import sys

_OPENS = re.compile(rb"openstandard(output|error)")
_LINE_FEED = re.compile(rb"(?<!\r)\n")
_LONGEST = len(b"openstandardoutput")


class WindowsLineEnds:
    """Makes CR LF of the line feeds in the streams of one process. Each stream is one thread's, `notice` anybody's."""

    def __init__(self, script: str, *, is_needed: bool = sys.platform != "win32") -> None:
        """`script` is what the process runs, as far as its command line tells."""
        self._is_text = is_needed and not _OPENS.search(script.lower().encode(errors="replace"))
        self._read = b""
        self._ends_in_cr: dict[str, bool] = {}

    def notice(self, data: bytes) -> None:
        """Look at what the process reads: it may be (a part of) its script."""
        if self._is_text:
            self._read += data.lower()
            self._is_text = not _OPENS.search(self._read)
            self._read = self._read[-_LONGEST:]

    def take(self, data: bytes, stream: str) -> bytes:
        """Return what a process on Windows would have written for this piece of a stream."""
        if not self._is_text or not data:
            return data
        is_second_half, self._ends_in_cr[stream] = self._ends_in_cr.get(stream, False), data.endswith(b"\r")
        if is_second_half and data.startswith(b"\n"):
            return b"\n" + _LINE_FEED.sub(b"\r\n", data[1:])
        return _LINE_FEED.sub(b"\r\n", data)
