"""The doctor's question to PowerShell: it runs where the agent does not, and its answer survives noise."""

from __future__ import annotations

import subprocess

import pytest

from hvtree.hosts.messages import FACTS_MARKER
from hvtree.hosts.powershell_facts import SCRIPT, facts_from
from tests.support.encoded import encoded
from tests.support.powershell import NO_POWERSHELL, find_powershell

CONSTRAINED = "$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'\n"


@pytest.mark.skipif(find_powershell() is None, reason=NO_POWERSHELL)
@pytest.mark.parametrize(("before", "language"), [("", "FullLanguage"), (CONSTRAINED, "ConstrainedLanguage")])
def test_a_real_powershell_answers_in_full_and_in_constrained_language(before: str, language: str) -> None:
    powershell = find_powershell()
    assert powershell is not None
    words = [powershell, "-NoProfile", "-NonInteractive", "-EncodedCommand", encoded(before + SCRIPT)]
    done = subprocess.run(words, check=False, capture_output=True)
    facts = facts_from(done.returncode, done.stdout, done.stderr, 0.5)
    assert (facts.language, facts.exit_code) == (language, 0)
    assert facts.version[0].isdigit()


def test_the_script_is_short_enough_for_cmd() -> None:  # fact 219
    assert len(encoded(SCRIPT)) < 7_000
    assert SCRIPT.isascii()


def test_noise_before_the_answer_is_passed_over() -> None:
    said = f"WARNUNG: Das Profil …\r\nlanguage=lie\r\n{FACTS_MARKER}\r\npowershell=5.1.1\r\nlanguage=FullLanguage\r\n"
    facts = facts_from(0, said.encode("cp850", "replace"), b"", 0.1)
    assert (facts.version, facts.language, facts.output) == ("5.1.1", "FullLanguage", "")


def test_no_answer_keeps_what_was_said_instead() -> None:
    facts = facts_from(1, b"out", b"#< CLIXML\r\nL\xc3\xa4uft nicht", 0.1)
    assert not facts.has_answered
    assert facts.output == "Läuft nicht\nout"


def test_an_endless_value_is_cut() -> None:
    facts = facts_from(0, f"{FACTS_MARKER}\npowershell={'9' * 10_000}\n".encode(), b"", 0.1)
    assert len(facts.version) == 100
