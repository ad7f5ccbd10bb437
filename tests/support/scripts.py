"""A PowerShell that runs one script after the other on an emulated host, and tells what each wrote to which stream."""

from __future__ import annotations

import base64
import json
import queue
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.waiting import WAIT_S

_LOOP = r"""
$ProgressPreference = 'SilentlyContinue'
Import-Module Hyper-V
function Get-Word {
    param($Record)
    if ($Record -is [System.Management.Automation.ErrorRecord]) {
        return @{ error = @{
                message = $Record.Exception.Message; fqid = $Record.FullyQualifiedErrorId
                category = [string] $Record.CategoryInfo.Category; reason = $Record.CategoryInfo.Reason
                target = if ($Record.TargetObject -is [string]) { $Record.TargetObject } else { [string] $Record.TargetObject.Name }
                hresult = $Record.Exception.HResult
            } }
    }
    if ($Record -is [System.Management.Automation.WarningRecord]) { return @{ warning = $Record.Message } }
    return @{ value = $Record }
}
while ($null -ne ($line = [Console]::In.ReadLine())) {
    $text = [System.Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($line))
    $words = [System.Collections.Generic.List[object]]::new()
    try {
        & ([scriptblock]::Create($text)) 2>&1 3>&1 | ForEach-Object { $words.Add((Get-Word $_)) }
    } catch {
        $words.Add(@{ thrown = (Get-Word $_).error })
    }
    [Console]::Out.WriteLine('#said#' + (ConvertTo-Json -InputObject $words.ToArray() -Depth 4 -Compress -WarningAction Ignore))
}
"""


@dataclass(frozen=True)
class Said:
    """What a script wrote, in order."""

    words: list[dict[str, Any]]

    @property
    def values(self) -> list[Any]:
        """Its output. Fails if it was ended by an error."""
        assert not self.thrown, self.thrown
        return [word["value"] for word in self.words if "value" in word]

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The error records that it wrote."""
        return [word["error"] for word in self.words if "error" in word]

    @property
    def error(self) -> dict[str, Any]:
        """The one error record that it wrote."""
        (error,) = self.errors
        return error

    @property
    def warnings(self) -> list[str]:
        """Its warnings."""
        return [word["warning"] for word in self.words if "warning" in word]

    @property
    def thrown(self) -> dict[str, Any] | None:
        """The error that ended it, or None."""
        return next((word["thrown"] for word in self.words if "thrown" in word), None)


class Scripts:
    """The PowerShell. `run` waits for the end of a script."""

    def __init__(self, powershell: str, environment: Mapping[str, str]) -> None:
        encoded = base64.b64encode(_LOOP.encode("utf-16-le")).decode()
        self._process = subprocess.Popen(
            [powershell, "-NoProfile", "-NonInteractive", "-EncodedCommand", encoded],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(environment),
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def run(self, script: str) -> Said:
        """Run a script; return what it wrote."""
        assert self._process.stdin is not None
        self._process.stdin.write(base64.b64encode(script.encode()) + b"\n")
        self._process.stdin.flush()
        noise = []
        while not (line := self._lines.get(timeout=WAIT_S)).startswith("#said#"):
            noise.append(line)
            assert line, "".join(noise)
        return Said(json.loads(line.removeprefix("#said#")))

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait(WAIT_S)
        self._thread.join(WAIT_S)
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            try:
                stream.close()
            except BrokenPipeError:
                continue

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line.decode())
        self._lines.put("")
