"""What PowerShell says of itself: a script that also runs where HVTree's agent does not, and how its answer is read.

It uses nothing but what ConstrainedLanguage allows [about_Language_Modes; measured with the 7.6 engine in that mode] and
what PowerShell has had since version 3, and prints ASCII only. In RestrictedLanguage and NoLanguage nothing runs at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hvtree.hosts.clixml import words_of
from hvtree.hosts.messages import FACTS_MARKER
from hvtree.hosts.stage_results import PowerShellFacts

SCRIPT = "; ".join(
    (
        f"'{FACTS_MARKER}'",
        "'powershell=' + $PSVersionTable.PSVersion",
        "'edition=' + $PSVersionTable.PSEdition",
        "'language=' + $ExecutionContext.SessionState.LanguageMode",
        "'culture=' + $PSCulture",
    )
)
_KEPT = 2_000
_LONGEST_VALUE = 100


def facts_from(exit_code: int, stdout: bytes, stderr: bytes, took_s: float) -> PowerShellFacts:
    """Return what the answer says. Noise before it is passed over; without an answer the output is kept as it is."""
    values = _values(stdout.decode("utf-8", "replace"))
    words = "\n".join(part for part in (words_of(stderr), stdout.decode("utf-8", "replace")) if part.strip())
    return PowerShellFacts(
        version=values.get("powershell", ""),
        edition=values.get("edition", ""),
        language=values.get("language", ""),
        culture=values.get("culture", ""),
        exit_code=exit_code,
        took_s=took_s,
        output="" if values else words.strip()[:_KEPT],
    )


def _values(text: str) -> Mapping[str, str]:
    _, marker, answer = text.partition(FACTS_MARKER)
    pairs = (line.partition("=") for line in answer.splitlines() if marker)
    return MappingProxyType(
        {name.strip(): value.strip()[:_LONGEST_VALUE] for name, is_pair, value in pairs if is_pair}
    )
