"""Looks for a password in everything that an error, a log or a process may show of it, however it was written down."""

from __future__ import annotations

import base64
import traceback
from collections.abc import Iterable


def forms(password: str, user: str = "") -> tuple[str, ...]:
    """Give the ways in which a password may be written: plain, as bytes, encoded for Basic and for NTLM."""
    basic = base64.b64encode(f"{user}:{password}".encode()).decode()
    wide = password.encode("utf-16-le")
    return (
        password,
        repr(password.encode())[2:-1],
        basic,
        wide.hex(),
        repr(wide)[2:-1],
        base64.b64encode(wide).decode(),
    )


def leaks(password: str, texts: Iterable[str], user: str = "") -> list[str]:
    """Give the places in texts where a password can be read, with what stands around it."""
    found = []
    for text in texts:
        for form in forms(password, user):
            at = text.find(form)
            if at >= 0:
                found.append(text[max(0, at - 200) : at + 60])
    return found


def told_by(error: BaseException) -> list[str]:
    """Give all that can be read from an error and from those behind it, with the variables of their frames."""
    texts = []
    for each in chain(error):
        texts += [str(each), repr(each), repr(vars(each)), repr(each.args)]
    picture = traceback.TracebackException.from_exception(error, capture_locals=True)
    return [*texts, "".join(picture.format())]


def chain(error: BaseException) -> list[BaseException]:
    """Give an error with all that it was raised from or while."""
    found: list[BaseException] = []
    ahead: list[BaseException | None] = [error]
    while ahead:
        each = ahead.pop()
        if each is not None and each not in found:
            found.append(each)
            ahead += [each.__cause__, each.__context__]
    return found
