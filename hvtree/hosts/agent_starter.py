"""What starts the agent on a host: a command line that is short enough for cmd, and the agent itself as one line.

A starter reads the agent from standard input instead of carrying it: through cmd a command line holds about 3,000
characters of script (fact 219). It ends with the wire's marker as a comment, by which an emulated host knows it.
There are three, one for each way in which hosts are known to deliver standard input. A script that mentions PowerShell's
variable `$input` gets its lines from PowerShell; one that does not has standard input for itself (fact 220).
"""

from __future__ import annotations

import base64
import gzip

from hvtree.assets import resource

PARTS = (
    "agent",
    "framing",
    "errors",
    "runspaces",
    "verbs",
    "work",
    "actions",
    "states",
    "queries",
    "cmdlets",
    "disks",
    "records",
    "facts",
    "polling",
    "reading",
    "start",
)
"""The agent's script in `resources/agent`. The first part holds its parameters and the last starts it; those between
are functions, in any order."""
EXECUTABLE = "powershell.exe"
SWITCHES = ("-NoLogo", "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-EncodedCommand")

STARTER = """\
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

LINES_STARTER = """\
begin{
$ProgressPreference='SilentlyContinue'
$e=New-Object Text.UTF8Encoding $false
$w=New-Object IO.StreamWriter([Console]::OpenStandardOutput(),$e)
$w.NewLine="`n"
$o=New-Object IO.Pipes.AnonymousPipeServerStream 'Out'
$i=New-Object IO.Pipes.AnonymousPipeClientStream('In',$o.ClientSafePipeHandle)
$r=New-Object IO.StreamReader($i,$e)
$f=New-Object IO.StreamWriter($o,$e)
$f.AutoFlush=$true
}
process{
foreach($l in $input){
if($a){$f.WriteLine($l);continue}
$m=New-Object IO.MemoryStream(,[Convert]::FromBase64String($l))
$z=New-Object IO.Compression.GZipStream($m,[IO.Compression.CompressionMode]::Decompress)
$t=(New-Object IO.StreamReader($z,$e)).ReadToEnd()
$a=[PowerShell]::Create().AddScript($t).AddArgument($r).AddArgument($w)
$h=$a.BeginInvoke()
}}
end{
$f.Close()
if($a){$null=$a.EndInvoke($h)}
}
#hvtree#
"""
"""The same where PowerShell brings the lines one by one: the script runs beside it and reads them from a pipe."""

BATCH_STARTER = """\
$ProgressPreference='SilentlyContinue'
$e=New-Object Text.UTF8Encoding $false
$w=New-Object IO.StreamWriter([Console]::OpenStandardOutput(),$e)
$w.NewLine="`n"
$q=@($input)
$m=New-Object IO.MemoryStream(,[Convert]::FromBase64String($q[0]))
$z=New-Object IO.Compression.GZipStream($m,[IO.Compression.CompressionMode]::Decompress)
$t=(New-Object IO.StreamReader($z,$e)).ReadToEnd()
$r=New-Object IO.StringReader(($q[1..$q.Count]-join"`n"))
& ([ScriptBlock]::Create($t)) $r $w
#hvtree#
"""
"""The same where all lines are there only once standard input has ended: nothing is done before that."""


def arguments(script: str = STARTER) -> tuple[str, ...]:
    """Return the arguments of `EXECUTABLE` that run a starter."""
    return (*SWITCHES, encoded(script))


def encoded(script: str) -> str:
    """Return a script as -EncodedCommand takes it."""
    return base64.b64encode(script.encode("utf-16-le")).decode("ascii")


def agent_script() -> bytes:
    """Return the agent's whole script in UTF-8; raise `AssetNotFoundError` if a part is missing."""
    return b"\n".join(resource(f"agent/{part}.ps1").read_bytes() for part in PARTS)


def agent_line() -> bytes:
    """Return the agent's script as the one line that the starter reads."""
    return base64.b64encode(gzip.compress(agent_script(), mtime=0)) + b"\n"
