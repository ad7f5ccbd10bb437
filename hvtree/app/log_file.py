"""The log: one file per run of HVTree in the platform's log folder, one line per record, without a secret.

Each process writes a file of its own, so that a window and any number of command lines never wait for each other, mix
their lines, or rotate a file under another's feet. Modules log with `logging.getLogger(__name__)`; a value that comes
from a host or a person is logged with `%r`, so that it cannot pass for words of ours.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from fnmatch import fnmatch
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

import platformdirs

from hvtree.app.log_line import LogLine

FILE_BYTES = 4 * 2**20
"""When a file is full; each run keeps the full one before it as well."""
KEPT_FILES = 1_000
KEPT_BYTES = 64 * 2**20
"""How much of earlier runs is kept."""

_OWN = "hvtree"
_FILES = "hvtree-*.log*"
_PROCESS = re.compile(r"-(\d+)\.log")


def log_folder() -> Path:
    """Return the folder where the operating system wants logs; it need not exist."""
    return Path(platformdirs.user_log_dir("HVTree", appauthor=False))


def current_log_file() -> Path | None:
    """Return the file that this process logs to, or None if it keeps no log."""
    handlers = logging.getLogger().handlers
    return next((Path(each.baseFilename) for each in handlers if isinstance(each, _LogFile)), None)


def hide_in_log(secret: str) -> None:
    """Keep a password out of the log for the rest of this run, whoever logs it and however it is written there."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, LogLine):
            handler.formatter.hide(secret)


@contextmanager
def log_kept(
    level: str = "info", folder: Path | None = None, environment: Mapping[str, str] = os.environ
) -> Iterator[str]:
    """Keep a log while the block runs; yield the sentence why none can be kept, or "". Never raises.

    Other libraries are heard from `warning` on, and go on saying that on standard error.
    """
    line = LogLine()
    for name, value in environment.items():
        if name.startswith("HVTREE_") and name.endswith("_PASSWORD"):
            line.hide(value)
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)]
    handlers[0].addFilter(lambda record: not _is_own(record))
    problem = ""
    try:
        handlers.append(_opened(folder or log_folder()))
    except OSError as error:
        problem = f"No log is kept in ‘{folder or log_folder()}’: {error.strerror or error}."
    with _attached(handlers, line, level):
        yield problem


@contextmanager
def _attached(handlers: list[logging.Handler], line: LogLine, level: str) -> Iterator[None]:
    root, own = logging.getLogger(), logging.getLogger(_OWN)
    before = own.level
    own.setLevel(level.upper())
    for handler in handlers:
        handler.setFormatter(line)
        handler.addFilter(lambda record: _is_own(record) or record.levelno >= logging.WARNING)
        root.addHandler(handler)
    try:
        yield
    finally:
        own.setLevel(before)
        for handler in handlers:
            root.removeHandler(handler)
            with suppress(OSError, ValueError):  # what could not be written until now is lost
                handler.close()


def _is_own(record: logging.LogRecord) -> bool:
    return record.name == _OWN or record.name.startswith(f"{_OWN}.")


class _LogFile(RotatingFileHandler):
    """The file of one process, gone afterwards if nothing was logged; only its owner may read it.

    A full disk costs lines, never the program.
    """

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return open(descriptor, "a", encoding="utf-8", errors="backslashreplace")  # noqa: PTH123  (a descriptor)

    def close(self) -> None:
        super().close()
        path = Path(self.baseFilename)
        if path.stat().st_size == 0:
            path.unlink()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (the name is the base class's)
        """Let the line go; standard error is for the user's command, not for this."""


def _opened(folder: Path) -> _LogFile:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    remove_old(folder)
    name = f"hvtree-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}.log"
    return _LogFile(folder / name, maxBytes=FILE_BYTES, backupCount=1)


def remove_old(folder: Path, most_files: int = KEPT_FILES, most_bytes: int = KEPT_BYTES) -> None:
    """Remove the oldest files beyond so many files or bytes, but none of a process that still runs. Never raises."""
    total = 0
    for number, (_modified, size, name) in enumerate(sorted(_files(folder), reverse=True), start=1):
        total += size
        if (number > most_files or total > most_bytes) and not _is_in_use(name):
            with suppress(OSError):  # Windows itself refuses while a process has it open
                (folder / name).unlink()


def _files(folder: Path) -> Iterator[tuple[float, int, str]]:
    with (
        suppress(OSError),
        os.scandir(folder) as entries,
    ):  # with `Path`, 1,000 files would take twice as long
        for entry in entries:
            if fnmatch(entry.name, _FILES):
                with suppress(OSError):  # another process has removed it
                    found = entry.stat()
                    yield found.st_mtime, found.st_size, entry.name


def _is_in_use(name: str) -> bool:
    found = _PROCESS.search(name)
    return found is not None and _is_running(int(found.group(1)))


def _is_running(process_id: int) -> bool:
    if sys.platform == "win32":
        return False  # there, a signal 0 would be a Ctrl+C; an open file cannot be removed anyway
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
