"""What starts the agent on a host: a short command line in plain PowerShell, and the agent's text on standard input.

A starter reads the agent from standard input instead of carrying it: a command line through cmd has 8,191 characters
(fact 219). Both are plain text, so that whoever looks at the command line, or into PowerShell's log of script blocks, can read
what runs. Standard input brings a line `#hvtree-begin`, the text, and a line `#hvtree-end` with the number of its characters,
each line end counted as one. A text that was cut or damaged on the way does not run; one that begins anew counts from there.

A starter has no quote and no percent sign in it and is one line, so that cmd passes it on as it is (fact 236). It ends with the
wire's marker as a comment, by which an emulated host knows it. There are three, one for each way in which hosts are known to
deliver standard input. A script that mentions PowerShell's variable `$input` gets its lines from PowerShell; one that does not
has standard input for itself (fact 220).
"""

from __future__ import annotations

from functools import cache

from hvtree.assets import resource
from hvtree.hosts import wire

PARTS = (
    "agent",
    "framing",
    "errors",
    "runspaces",
    "verbs",
    "work",
    "actions",
    "notes",
    "leases",
    "states",
    "queries",
    "cmdlets",
    "files",
    "disks",
    "vhds",
    "saved",
    "sizes",
    "volumes",
    "records",
    "facts",
    "groups",
    "glances",
    "polling",
    "reading",
    "start",
)
"""The agent's script in `resources/agent`. The first part holds its parameters and the last starts it; those between
are functions, in any order."""
EXECUTABLE = "powershell.exe"
SWITCHES = ("-NoLogo", "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-Command")
RESTRICTED = "HVTree needs PowerShell in FullLanguage mode, and a policy restricts this user to "
"""What a starter says in another language mode, and then the mode."""
CUT_OFF = "The text of the HVTree agent was cut off on its way to the host."
DAMAGED = "The text of the HVTree agent was damaged on its way to the host."

_CHANGED_BY_CMD = frozenset('"%\r\n')
_OTHER_MODES = ("ConstrainedLanguage", "RestrictedLanguage", "NoLanguage")

_BEGIN, _END = wire.SCRIPT_BEGIN.decode("ascii"), wire.SCRIPT_END.decode("ascii")
_PREPARE = (
    "$ErrorActionPreference='Stop'",
    "$ProgressPreference='SilentlyContinue'",
    "$mode=$ExecutionContext.SessionState.LanguageMode",
    f"if($mode -ne 'FullLanguage'){{throw '{RESTRICTED}'+$mode}}",
    "$utf8=New-Object Text.UTF8Encoding $false",
    "$writer=New-Object IO.StreamWriter([Console]::OpenStandardOutput(),$utf8)",
    "$writer.NewLine=[string][char]10",
    "$text=New-Object Text.StringBuilder",
)
_CUT = f"throw '{CUT_OFF}'"
_MEASURE = f"if($text.Length -ne $line.Substring({len(_END) + 1})){{throw '{DAMAGED}'}}"
_MARK = f" {wire.MARKER.decode('ascii')}"


def _take_line(at_the_end: str) -> str:
    """Return what is done with a line of the text; `at_the_end` is done with the last one."""
    return (
        f"if($line -like '{_BEGIN}*'){{$text.Length=0}}"
        f"elseif($line -like '{_END} *'){{{at_the_end}}}"
        "else{$null=$text.Append($line).Append([char]10)}"
    )


def _in_turn(*statements: str) -> str:
    return "; ".join(statements)


STARTER = _in_turn(
    *_PREPARE,
    "$reader=New-Object IO.StreamReader([Console]::OpenStandardInput(),$utf8)",
    f"while($true){{$line=$reader.ReadLine(); if($null -eq $line){{{_CUT}}}; {_take_line('break')}}}",
    _MEASURE,
    "& ([ScriptBlock]::Create($text.ToString())) $reader $writer" + _MARK,
)
"""Runs the text that comes with two arguments: a reader of standard input and a writer of standard output."""

_BESIDE = _in_turn(
    _MEASURE,
    "$agent=[PowerShell]::Create().AddScript($text.ToString()).AddArgument($reader).AddArgument($writer)",
    "$run=$agent.BeginInvoke()",
)
_PIPE = (
    "$pipe=New-Object IO.Pipes.AnonymousPipeServerStream 'Out'",
    "$end=New-Object IO.Pipes.AnonymousPipeClientStream('In',$pipe.ClientSafePipeHandle)",
    "$reader=New-Object IO.StreamReader($end,$utf8)",
    "$feed=New-Object IO.StreamWriter($pipe,$utf8)",
    "$feed.NewLine=[string][char]10",
    "$feed.AutoFlush=$true",
)
LINES_STARTER = " ".join(
    (
        f"begin{{{_in_turn(*_PREPARE, *_PIPE)}}}",
        f"process{{foreach($line in $input){{if($agent){{$feed.WriteLine($line)}}else{{{_take_line(_BESIDE)}}}}}}}",
        f"end{{$feed.Close(); if($agent){{$null=$agent.EndInvoke($run)}}else{{{_CUT}}}}}{_MARK}",
    )
)
"""The same where PowerShell brings the lines one by one: the script runs beside it and reads them from a pipe."""

BATCH_STARTER = _in_turn(
    *_PREPARE,
    "$all=@($input)",
    "$at=0",
    f"while($true){{if($at -ge $all.Count){{{_CUT}}}; $line=$all[$at]; $at++; {_take_line('break')}}}",
    _MEASURE,
    "$reader=New-Object IO.StringReader($all[$at..$all.Count] -join [char]10)",
    "& ([ScriptBlock]::Create($text.ToString())) $reader $writer" + _MARK,
)
"""The same where all lines are there only once standard input has ended: nothing is done before that."""


def arguments(script: str = STARTER) -> tuple[str, ...]:
    """Return the arguments of `EXECUTABLE` that run a script, for a process that is started without a shell."""
    return (*SWITCHES, script)


def arguments_for_cmd(script: str = STARTER) -> tuple[str, ...]:
    """Return the same for a command line that goes through cmd: the script is one word there. Raise
    `ValueError` for one that cmd would change.
    """
    if set(script) & _CHANGED_BY_CMD:
        raise ValueError("cmd would change this script")
    return (*SWITCHES, f'"{script}"')


def reason_in(said: str) -> str:
    """Return the sentence with which a starter refused to run the agent; empty if PowerShell's words hold none.

    PowerShell breaks its words into lines, in the middle of a word if need be.
    """
    words = _squeezed(said)
    restricted = (f"{RESTRICTED}{mode}" for mode in _OTHER_MODES)
    found = (reason for reason in (CUT_OFF, DAMAGED, *restricted) if _squeezed(reason) in words)
    reason = next(found, "")
    return reason if not reason or reason.endswith(".") else f"{reason}."


def agent_script() -> bytes:
    """Return the agent's whole script in UTF-8; raise `AssetNotFoundError` if a part is missing."""
    return b"\n".join(resource(f"agent/{part}.ps1").read_bytes() for part in PARTS)


@cache
def agent_text() -> bytes:
    """Return the agent's script as the lines that a starter reads; the same for all connections of a run."""
    return framed(agent_script())


def _squeezed(text: str) -> str:
    return "".join(text.split())


def framed(script: bytes) -> bytes:
    """Return a script as the lines that a starter reads."""
    text = script.decode("utf-8").replace("\r\n", "\n").removesuffix("\n")
    size = len(text.encode("utf-16-le")) // 2 + 1  # .NET counts units of UTF-16; the last line ends, too
    return f"{_BEGIN}\n{text}\n{_END} {size}\n".encode()
