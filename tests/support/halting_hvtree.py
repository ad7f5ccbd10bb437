"""HVTree as a program of its own that halts at each moment of its job, until it is told to go on, or killed.

`python halting_hvtree.py PORT WORDS`. At each moment it says its name and the number of the step, a line, to whoever listens at PORT of this computer, and
waits for a line in answer. The moments are what it logs: before a step is asked for, when its request is about to be sent, when the
answer has come but is not yet written down, and when it is.
"""

from __future__ import annotations

import logging
import socket
import sys
from pathlib import Path

ASKING, SENDING, HEARD, WRITTEN = "asking", "sending", "heard", "written"
"""The moments of a step. What is `SENDING` goes out as soon as it goes on."""
_ACTS = ("vm.", "checkpoint.")


class _Halts(logging.Handler):
    """Halts the program, as often as there is a moment."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._listener = socket.create_connection(("127.0.0.1", port))
        self._answers = self._listener.makefile("r", encoding="utf-8")
        self._calls: set[object] = set()
        self._steps: dict[object, object] = {}
        """By host, the number of the step that was asked for last."""

    def emit(self, record: logging.LogRecord) -> None:
        found = self._moment(record)
        if found is not None:
            moment, step = found
            self._listener.sendall(f"{moment} {step}\n".encode())
            self._answers.readline()

    def _moment(self, record: logging.LogRecord) -> tuple[str, object] | None:
        message = str(record.msg)
        values = record.args if isinstance(record.args, tuple) else ()
        match record.name.rpartition(".")[2]:
            case "step_taker" if ": asking " in message:
                self._steps[values[2]] = values[1]
                return ASKING, values[1]
            case "step_taker" if ": answered " in message:
                return WRITTEN, values[1]
            case "rpc" if ": asking " in message and _is_act(str(values[2])):
                self._calls.add(values[1])
                return SENDING, self._steps[values[0]]
            case "rpc" if " ms: " in message and values[1] in self._calls:
                return HEARD, self._steps[values[0]]
        return None


def _is_act(verb: str) -> bool:
    return verb.startswith(_ACTS) and verb != "vm.ready"


def main(port: int, words: list[str]) -> int:
    """Be HVTree."""
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    from hvtree.cli import main as hvtree
    from tests.support.running_time import tolerant_process

    logging.getLogger("hvtree").addHandler(_Halts(port))
    with tolerant_process():
        return hvtree([*words, "--log-level", "debug"])


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
