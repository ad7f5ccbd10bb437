"""The words of a host whose Windows speaks another language than English (fact 74).

What Microsoft says in other languages is not known here, and made-up sentences would be worse than none. So such a host says
its English sentences in marked letters, behind the name of its language: nothing that looks for English words finds them, and
a person can still read them. Names in quotes, ids and codes stay as they are, as they do on a real host.
"""

from __future__ import annotations

import re

ENGLISH = "en"
_MARKED = str.maketrans("aceinosuyACEINOSUY", "äçéïñöšüýÄÇÉÏÑÖŠÜÝ")
_GUID = r"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}"
_KEPT = re.compile(rf"""('[^'\n]*'|"[^"\n]*"|0x[0-9A-F]+|{_GUID})""", re.IGNORECASE)


def is_english(language: str) -> bool:
    """Return whether a language such as `en-GB` is English."""
    return language.partition("-")[0].lower() == ENGLISH


def spoken(text: str, language: str) -> str:
    """Return an English sentence of the host as a host of a language, such as `de-DE`, says it."""
    if not text or is_english(language):
        return text
    parts = _KEPT.split(text)  # every second one is kept
    said = (part if index % 2 else part.translate(_MARKED) for index, part in enumerate(parts))
    return f"[{language}] {''.join(said)}"
