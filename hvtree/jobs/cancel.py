"""Cancelling a job, or one host's part of it: at once where that is harmless, else at the next safe place."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Stopped(Exception):
    """The user cancelled the job, and it has stopped here."""


class Canceller:
    """Whether a job shall stop, on all hosts or on some, and what may be interrupted at the moment."""

    def __init__(self) -> None:
        self._is_requested = False
        self._hosts: set[str] = set()
        self._interruptible: dict[asyncio.Task[Any], str | None] = {}
        self._interrupted: set[asyncio.Task[Any]] = set()

    def request(self, host_id: str | None = None) -> None:
        """Ask the job to stop, or only what it does on one host; interrupts what may be interrupted."""
        if host_id is None:
            self._is_requested = True
        else:
            self._hosts.add(host_id)
        for task, of_host in self._interruptible.items():
            if host_id is None or of_host == host_id:
                self._interrupted.add(task)
                task.cancel()

    def forget(self) -> None:
        """Count all requests so far as met; only a new one counts from now on."""
        self._is_requested = False
        self._hosts.clear()

    def is_requested(self, host_id: str | None = None) -> bool:
        """Return whether the job shall stop, on this host at least."""
        return self._is_requested or host_id in self._hosts

    async def run(self, work: Coroutine[Any, Any, T], host_id: str | None = None) -> T:
        """Return the result of `work`, which a request to cancel interrupts with `Stopped`.

        With `host_id` a request for that host alone does so too. Cancelling the job's own task is something else: it
        goes through as `CancelledError`.
        """
        if self.is_requested(host_id):
            work.close()
            raise Stopped
        task = asyncio.ensure_future(work)
        self._interruptible[task] = host_id
        try:
            return await task
        except asyncio.CancelledError:
            current = asyncio.current_task()
            if task in self._interrupted and not (current and current.cancelling()):
                raise Stopped from None
            raise
        finally:
            del self._interruptible[task]
            self._interrupted.discard(task)
