"""What the starters do in a real PowerShell: the whole text runs, and nothing of one that was cut, damaged or forbidden."""

from __future__ import annotations

import subprocess

import pytest

from hvtree.hosts import agent_starter
from hvtree.hosts.agent_starter import CUT_OFF, DAMAGED, RESTRICTED, reason_in
from tests.support.dollar_input import brings_input, fed
from tests.support.encoded import encoded
from tests.support.waiting import WAIT_S

STARTERS = {
    "raw": agent_starter.STARTER,
    "lines": agent_starter.LINES_STARTER,
    "call": agent_starter.BATCH_STARTER,
}
SAYS = b"param($Reader, $Writer)\n$Writer.Write('said: ' + $Reader.ReadLine()); $Writer.Flush()\n"
TEXT = agent_starter.framed(SAYS)
WORD = b"h\xc3\xa9llo\n"


@pytest.fixture(params=STARTERS)
def starter(request: pytest.FixtureRequest) -> str:
    """Each of the starters."""
    return STARTERS[str(request.param)]


@pytest.fixture(scope="module")
def is_fed(powershell: str) -> bool:
    """Whether this PowerShell needs help to bring its input to a script."""
    return not brings_input(powershell)


def ran(powershell: str, script: str, given: bytes, *, is_fed: bool) -> subprocess.CompletedProcess[bytes]:
    command = agent_starter.arguments(script)
    if is_fed:
        words = fed(" ".join(agent_starter.arguments_for_cmd(script)[-2:]), encoded(script))
        command = (*command[:-2], *(command[-2:] if "Encoded" not in words else words.split()))
    return subprocess.run(
        [powershell, *command], input=given, capture_output=True, timeout=WAIT_S, check=False
    )


@pytest.mark.parametrize(
    "given",
    [TEXT, TEXT.replace(b"\n", b"\r\n"), TEXT[:30] + b"\n" + TEXT],
    ids=["as it is", "with other line ends", "begun anew"],
)
def test_a_whole_text_runs_and_reads_on(powershell: str, starter: str, given: bytes, is_fed: bool) -> None:
    done = ran(powershell, starter, given + WORD, is_fed=is_fed)
    assert (done.stdout, done.stderr) == (b"said: " + WORD.strip(), b"")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (TEXT[:60], CUT_OFF),
        (b"", CUT_OFF),
        (TEXT.replace(b"said", b"sai"), DAMAGED),
        (TEXT.replace(b"#hvtree-end ", b"#hvtree-end x"), DAMAGED),
    ],
    ids=["cut off", "nothing", "damaged", "without a length"],
)
def test_a_text_that_is_not_whole_does_not_run(
    powershell: str, starter: str, given: bytes, reason: str, is_fed: bool
) -> None:
    done = ran(powershell, starter, given, is_fed=is_fed)
    assert (done.stdout, done.returncode) == (b"", 1)
    assert reason_in(done.stderr.decode()) == reason


def test_a_restricted_language_is_told_in_a_sentence(powershell: str, starter: str) -> None:
    script = (
        "$space=[runspacefactory]::CreateRunspace(); $space.Open(); "
        "$space.SessionStateProxy.LanguageMode='ConstrainedLanguage'; "
        "$shell=[powershell]::Create(); $shell.Runspace=$space; "
        f"$null=$shell.AddScript([Text.Encoding]::Unicode.GetString([Convert]::FromBase64String('{encoded(starter)}')));"
        "$shell.Invoke()"
    )
    done = subprocess.run(
        [powershell, "-NoProfile", "-Command", script], capture_output=True, timeout=WAIT_S, check=False
    )
    assert reason_in(done.stderr.decode()) == f"{RESTRICTED}ConstrainedLanguage."


def test_an_agent_passes_over_its_own_text_that_comes_again(powershell: str) -> None:
    requests = b'{"id":"1","verb":"ping"}\n' + agent_starter.agent_text() + b'{"id":"2","verb":"ping"}\n'
    given = agent_starter.agent_text() + requests
    done = ran(powershell, agent_starter.STARTER, given, is_fed=False)
    assert [b'"ok"' in line or b'"hello"' in line for line in done.stdout.splitlines()] == [True] * 3
