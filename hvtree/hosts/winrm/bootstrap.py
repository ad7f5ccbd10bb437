"""What starts the agent on a host: a command line that is short enough for cmd, and the agent itself as one line.

The bootstrap reads the agent from standard input instead of carrying it: through cmd a command line holds about 3,000
characters of script [ENGINEERING 2.2]. It never mentions PowerShell's own input variable, so that PowerShell leaves standard
input alone [ENGINEERING 2.4], and it ends with the wire's marker as a comment, by which an emulated host knows it.
"""

from __future__ import annotations

import base64
import gzip

from hvtree.hosts import agent_script

EXECUTABLE = "powershell.exe"
SWITCHES = ("-NoLogo", "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-EncodedCommand")

BOOTSTRAP = """\
$ProgressPreference='SilentlyContinue'
$e=New-Object Text.UTF8Encoding $false
$r=New-Object IO.StreamReader([Console]::OpenStandardInput(),$e)
$w=New-Object IO.StreamWriter([Console]::OpenStandardOutput(),$e)
$w.NewLine="`n"
$m=New-Object IO.MemoryStream(,[Convert]::FromBase64String($r.ReadLine()))
$z=New-Object IO.Compression.GZipStream($m,[IO.Compression.CompressionMode]::Decompress)
$t=(New-Object IO.StreamReader($z,$e)).ReadToEnd()
& ([ScriptBlock]::Create($t)) $r $w
#hvtree#
"""
"""Runs the script of the first line with two arguments: a reader of standard input and a writer of standard output."""


def arguments() -> tuple[str, ...]:
    """Give the arguments of `EXECUTABLE` that run the bootstrap."""
    return (*SWITCHES, encoded(BOOTSTRAP))


def encoded(script: str) -> str:
    """Give a script as -EncodedCommand takes it."""
    return base64.b64encode(script.encode("utf-16-le")).decode("ascii")


def agent_line() -> bytes:
    """Give the agent's script as the one line that the bootstrap reads."""
    return base64.b64encode(gzip.compress(agent_script.script(), mtime=0)) + b"\n"
