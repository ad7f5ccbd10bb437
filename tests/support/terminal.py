"""The command line as a person or a script meets it: words in, exit code and output out."""

from __future__ import annotations

import io
import json
import sys
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


class _Typed(io.StringIO):
    def isatty(self) -> bool:
        return True


class Terminal:
    """Runs commands in this process, against an emulated host or without one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *words: str, typed: str | None = None, piped: bytes = b"") -> Said:
        """Run a command; `typed` is what a person types, None means that there is no terminal but a pipe."""
        pipe = io.TextIOWrapper(io.BytesIO(piped), "utf-8")
        self._monkeypatch.setattr(sys, "stdin", pipe if typed is None else _Typed(typed))
        self._capsys.readouterr()
        code = main(list(words))
        captured = self._capsys.readouterr()
        return Said(code, captured.out, captured.err)

    def on(self, host: RemoteHost, command: str, *words: str, typed: str | None = None) -> Said:
        """Run a command on a host: `show`, or `plan` and `do` with their verb, then the host, then the rest."""
        self._monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
        return self(*command.split(), host.endpoint.url, "--user", USER, *words, typed=typed)
