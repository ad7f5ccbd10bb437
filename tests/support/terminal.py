"""The command line as a person or a script meets it: words in, exit code and output out."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from hvtree.app.hidden_variables import PASSWORD_VARIABLE
from hvtree.cli import main
from tests.support.remote_host import PASSWORD, USER, RemoteHost


@dataclass(frozen=True)
class Said:
    """What one run of the command line left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON value on standard output."""
        return json.loads(self.out)

    @property
    def last(self) -> Any:
        """The JSON value on the last line of standard output."""
        return json.loads(self.out.splitlines()[-1])


class Typing(io.StringIO):
    """What a person types, line by line. Before the line of some number is typed, something happens."""

    def __init__(self, lines: str, meanwhile: Mapping[int, Callable[[], object]] | None = None) -> None:
        super().__init__(lines)
        self._meanwhile = meanwhile or {}
        self._line = 0

    def isatty(self) -> bool:
        return True

    def readline(self, size: int = -1) -> str:  # type: ignore[override]  # one base of the stub reads bytes
        self._line += 1
        if self._line in self._meanwhile:
            self._meanwhile[self._line]()
        return super().readline(size)


class Terminal:
    """Runs commands in this process, against an emulated host or without one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *words: str, typed: str | Typing | None = None, piped: bytes = b"") -> Said:
        """Run a command; `typed` is what a person types, None means that there is no terminal but a pipe."""
        pipe = io.TextIOWrapper(io.BytesIO(piped), "utf-8")
        person = Typing(typed) if isinstance(typed, str) else typed
        self._monkeypatch.setattr(sys, "stdin", pipe if person is None else person)
        self._capsys.readouterr()
        code = main(list(words))
        captured = self._capsys.readouterr()
        return Said(code, captured.out, captured.err)

    def on(self, host: RemoteHost, command: str, *words: str, typed: str | Typing | None = None) -> Said:
        """Run a command on a host: `show`, or `plan` and `do` with their verb, then the host, then the rest."""
        self._monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
        return self(*command.split(), host.endpoint.url, "--user", USER, *words, typed=typed)
