"""The texts of a host whose Windows is not English (fact 74).

Microsoft's texts in other languages are not known here, and made-up translations would be worse than none. So such a host
writes its English texts with marked letters, behind the name of its language: code that looks for English words does not find
them, and a person can still read them. Names in quotes, ids and codes stay as they are, as they do on a real host.
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
    """Return an English text of the host as a host of another language, such as `de-DE`, writes it."""
    if not text or is_english(language):
        return text
    parts = _KEPT.split(text)  # every second one is kept
    said = (part if index % 2 else part.translate(_MARKED) for index, part in enumerate(parts))
    return f"[{language}] {''.join(said)}"
