"""Scripts as -EncodedCommand takes them: other people's programs send theirs so."""

from __future__ import annotations

import base64


def encoded(script: str) -> str:
    """Return a script as -EncodedCommand takes it."""
    return base64.b64encode(script.encode("utf-16-le")).decode("ascii")
