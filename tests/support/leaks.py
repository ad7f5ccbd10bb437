"""Looks for a password in everything that an error, a log or a process may show of it, however it was written down."""

from __future__ import annotations

import base64
import traceback
from collections.abc import Iterable
from pathlib import Path


def forms(password: str, user: str = "") -> tuple[str, ...]:
    """Return the ways in which a password may be written: plain, as bytes, encoded for Basic and for NTLM."""
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
    """Return the places in texts where a password can be read, with what stands around it."""
    found = []
    for text in texts:
        for form in forms(password, user):
            at = text.find(form)
            if at >= 0:
                found.append(text[max(0, at - 200) : at + 60])
    return found


def told_by(error: BaseException) -> list[str]:
    """Return all that can be read from an error and from those behind it, with the variables of their frames."""
    texts = []
    for each in chain(error):
        texts += [str(each), repr(each), repr(vars(each)), repr(each.args)]
    return [*texts, *frames_of(error)]


def frames_of(error: BaseException) -> list[str]:
    """Return the frames behind an error with their variables, apart from those of the tests themselves."""
    texts = []
    for each in chain(error):
        stack = traceback.StackSummary.extract(traceback.walk_tb(each.__traceback__), capture_locals=True)
        texts += [
            f"{frame.filename} {frame.line} {frame.locals}" for frame in stack if not _is_test(frame.filename)
        ]
    return texts


def _is_test(filename: str) -> bool:
    return "tests" in Path(filename).parts


def chain(error: BaseException) -> list[BaseException]:
    """Return an error with all that it was raised from or while."""
    found: list[BaseException] = []
    ahead: list[BaseException | None] = [error]
    while ahead:
        each = ahead.pop()
        if each is not None and each not in found:
            found.append(each)
            ahead += [each.__cause__, each.__context__]
    return found
