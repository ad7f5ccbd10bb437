"""What Get-VHD said of the files of a host, kept for as long as a file looks the same: as `resources/agent/disks.ps1`.

Get-VHD opens a file and takes its time, so that two of them run at once and no more; a look at a file's size is free.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial

from msgspec import Struct

from hvtree.emulator.agent.records import disk_record
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import Timer
from hvtree.emulator.host.objects import VirtualHardDisk
from hvtree.hosts.messages import DiskRecord

AT_ONCE = 2
"""Most Get-VHDs that run at the same time."""
FILE_LIMIT_S = 5.0
"""Seconds that one file may take; after that nothing is known of it, and it is left alone for a while."""
LIMIT_S = 30.0
"""Seconds that all files of one question may take."""
_RETRY = timedelta(seconds=60)


class _Known(Struct):
    """What is known of a file that had this size and this parent."""

    stamp: tuple[int, str]
    is_read: bool
    tried: datetime


class Question(Struct, eq=False):
    """Somebody who wants to know some files, and is called once they are known or time is up."""

    answered: Callable[[], None]
    waiting: int = 0
    is_late: bool = False
    """It could not be answered at once."""
    is_over: bool = False
    timer: Timer | None = None


class VhdBook:
    """The files of one host, for all agents on it. Thread-safe; calls back with no lock held."""

    def __init__(self, hyperv: HyperV) -> None:
        self._host = hyperv
        self._lock = threading.Lock()
        self._known: dict[str, _Known] = {}
        self._queue: deque[tuple[VirtualHardDisk, Question]] = deque()
        self._reading: dict[str, list[Question]] = {}
        """Who waits for the files that are being opened, by their keys."""

    def record(self, disk: VirtualHardDisk) -> DiskRecord | None:
        """Return the wire's record of a file as it is now; None if Get-VHD has not told about it."""
        known = self._known.get(disk.path.lower())
        if known is None or not known.is_read:
            return None
        return disk_record(disk)

    def learn(self, disks: Iterable[VirtualHardDisk], answered: Callable[[], None]) -> Question | None:
        """Look files up, unless they are known and look the same; None if that is done already.

        Otherwise `answered` is called later, from the clock's thread, unless the question is withdrawn.
        """
        question = Question(answered)
        with self._lock:
            unknown = [disk for disk in disks if not self._is_known(disk)]
            question.waiting = len(unknown)
            self._queue.extend((disk, question) for disk in unknown)
        ended = self._go_on()
        with self._lock:
            if question.waiting:
                question.is_late = True
                question.timer = self._host.clock.call_later(LIMIT_S, partial(self._time_is_up, question))
        for other in ended:
            other.answered()
        return question if question.is_late else None

    def withdraw(self, question: Question) -> None:
        """Ask no more files for a question; what is being read is read to its end."""
        with self._lock:
            self._close(question)

    def _is_known(self, disk: VirtualHardDisk) -> bool:
        known = self._known.get(disk.path.lower())
        if known is None or known.stamp != _stamp(disk):
            return False
        return known.is_read or self._host.clock.now() - known.tried < _RETRY

    def _go_on(self) -> list[Question]:
        """Begin as many Get-VHDs as may run; return the questions that wait for an answer and have it now."""
        ended: list[Question] = []
        with self._lock:
            while len(self._reading) < AT_ONCE and self._queue:
                disk, question = self._queue.popleft()
                others = self._reading.get(disk.path.lower())
                if question.is_over:
                    continue
                if others is not None:
                    others.append(question)
                elif self._is_known(disk):  # somebody else has asked meanwhile
                    ended += self._answered([question])
                else:
                    ended += self._begin(disk, question)
        return ended

    def _begin(self, disk: VirtualHardDisk, question: Question) -> list[Question]:
        """Begin a Get-VHD; return whom that answers at once."""
        delay_s = self._host.begin_vhd(disk.path)
        self._reading[disk.path.lower()] = [question]
        if delay_s <= 0:
            return self._finish(disk, is_read=True)
        done = partial(self._on_read, disk, is_read=delay_s <= FILE_LIMIT_S)
        self._host.clock.call_later(min(delay_s, FILE_LIMIT_S), done)
        return []

    def _on_read(self, disk: VirtualHardDisk, *, is_read: bool) -> None:
        with self._lock:
            ended = self._finish(disk, is_read=is_read)
        for each in [*ended, *self._go_on()]:
            each.answered()

    def _finish(self, disk: VirtualHardDisk, *, is_read: bool) -> list[Question]:
        """Note what came of a Get-VHD; return the questions that wait for an answer and have it now."""
        self._host.end_vhd()
        self._known[disk.path.lower()] = _Known(_stamp(disk), is_read, self._host.clock.now())
        return self._answered(self._reading.pop(disk.path.lower()))

    def _answered(self, questions: Iterable[Question]) -> list[Question]:
        """Count one file less for each of these questions; return those that need no more, and are still waited for."""
        ended = []
        for question in questions:
            question.waiting -= 1
            if question.waiting == 0 and question.is_late and self._close(question):
                ended.append(question)
        return ended

    def _time_is_up(self, question: Question) -> None:
        with self._lock:
            is_open = self._close(question)
        if is_open:
            question.answered()

    def _close(self, question: Question) -> bool:
        """End a question; return whether it was open."""
        was_open, question.is_over = not question.is_over, True
        if question.timer is not None:
            question.timer.cancel()
        return was_open


def _stamp(disk: VirtualHardDisk) -> tuple[int, str]:
    return disk.file_size, disk.parent_path
