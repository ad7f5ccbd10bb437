"""Standard error of powershell.exe when its command is encoded: CLIXML instead of text (fact 73).

Every PowerShell with an -EncodedCommand does so if its standard error is not a console: 5.1, and pwsh. An error is one
`<S S="Error">` for each line of its text, progress is an `<Obj S="progress">`. An engine without a console host writes plain
lines; they become records here. What a script itself writes to `[Console]::Error` cannot be told from an error then; a real
host leaves it as it is, in front of the records.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

import msgspec

TAG = b"#< CLIXML"
PROGRESS = b"\x1e"
"""The first byte of a line that holds progress as JSON."""
_BEGIN = b'\r\n<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
_END = b"</Objs>"
_CODED = re.compile(r"[\x00-\x1f\x7f-\x9f\U00010000-\U0010ffff]|_(?=[xX])")
_TYPE = (
    "<T>System.Management.Automation.PSCustomObject</T><T>System.Object</T></TN>",
    '<TNRef RefId="0" />',
)


class ProgressRecord(msgspec.Struct):
    """A progress record, as the stand-in for the Hyper-V module writes it."""

    activity: str
    status: str = " "
    percent: int = -1
    type: str = "Processing"


class ErrorRecords:
    """Turns the lines of one process into records. If its console host has done so already, they pass unchanged."""

    def __init__(self) -> None:
        self._rest = b""
        self._is_begun = False
        self._is_clixml = False
        self._number = 0

    def take(self, data: bytes) -> bytes:
        """Return the records for the whole lines among what the process has written."""
        if self._is_clixml:
            return data
        self._rest += data
        if not self._is_begun and TAG.startswith(self._rest[: len(TAG)]):
            return self._passed_on()
        *lines, self._rest = self._rest.split(b"\n")
        return b"".join(map(self._record, lines))

    def end(self) -> bytes:
        """Return the rest, after the last byte."""
        last = self._record(self._rest) if self._rest else b""
        return last + (_END if self._is_begun else b"")

    def _passed_on(self) -> bytes:
        """Wait for the whole tag; after it everything passes unchanged."""
        if len(self._rest) < len(TAG):
            return b""
        self._is_clixml = True
        found, self._rest = self._rest, b""
        return found

    def _record(self, line: bytes) -> bytes:
        begin = b"" if self._is_begun else TAG + _BEGIN
        self._is_begun = True
        if line.startswith(PROGRESS):
            return (
                begin
                + self._progress(msgspec.json.decode(line[len(PROGRESS) :], type=ProgressRecord)).encode()
            )
        text = line.decode("utf-8", "replace").removesuffix("\r") + "\r\n"
        return begin + f'<S S="Error">{_coded(text)}</S>'.encode()

    def _progress(self, said: ProgressRecord) -> str:
        number, self._number = self._number, self._number + 1
        kind = f'<TN RefId="0">{_TYPE[0]}' if number == 0 else _TYPE[1]
        return (
            f'<Obj S="progress" RefId="{number}">{kind}<MS><I64 N="SourceId">1</I64><PR N="Record">'
            f"<AV>{_coded(said.activity)}</AV><AI>0</AI><Nil /><PI>-1</PI><PC>{said.percent}</PC>"
            f"<T>{_coded(said.type)}</T><SR>-1</SR><SD>{_coded(said.status)}</SD></PR></MS></Obj>"
        )


def _coded(text: str) -> str:
    """Escape a text as CLIXML does: control characters as the numbers of their UTF-16 units."""
    return escape(_CODED.sub(lambda match: _numbers(match[0]), text))


def _numbers(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"_x{units[at : at + 2].hex().upper()}_" for at in range(0, len(units), 2))
