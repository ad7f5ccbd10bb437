"""Remote calls to one agent: requests that await their answers, and events. No input or output of its own.

Everything runs on the loop's thread. It is open from `begin` to the first `end`.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from msgspec import Struct, field

from hvtree.domain.errors import BadHostData, ConnectionFailure, HVTreeError
from hvtree.domain.model import VirtualMachine
from hvtree.hosts import wire
from hvtree.hosts.codec import Body, News
from hvtree.hosts.messages import Message, ProgressReport, Request, is_edit

_log = logging.getLogger(__name__)
PARTS_LIMIT = 64 * 1024 * 1024
"""Bytes of all the parts of one answer: more than ten times what 500 VMs with 20 checkpoints each take, which is 5.6 MB and three
times as much in memory [measured 2026-11-26]."""


SIZES = "host.sizes"
"""The verb that asks for sizes."""


class TornAnswer(Exception):
    """Parts of an answer may have been lost on the way; the request has to be made again."""


class Call(Struct):
    """One request on its way. `answer` is the message that ends it."""

    id: str
    verb: str
    line: bytes
    answer: asyncio.Future[Message]
    report: Callable[[ProgressReport], None] | None = None
    in_parts: bool = False
    """The answer consists of several messages, so a lost one cannot be asked for under the same id."""
    on_part: Callable[[News], None] | None = None
    """Called with each part as it comes."""
    vms: list[VirtualMachine] = field(default_factory=list)
    flaw: BadHostData | None = None
    """What is wrong with one of the parts."""
    size: int = 0
    """Bytes of the parts so far."""


class Rpc:
    """Requests, answers and events of one connection to the host called `name`; `send` takes the loose lines that go out."""

    def __init__(self, name: str, send: Callable[[bytes], None]) -> None:
        self.name = name
        self.gone: HVTreeError | None = ConnectionFailure(f"The host ‘{name}’ is not connected yet.")
        """Why nothing can be asked: not begun, or ended; None while it is open."""
        self._send = send
        self._calls: dict[str, Call] = {}
        self._events: dict[str, asyncio.Future[Body]] = {}
        self._prefix = secrets.token_hex(4)
        self._count = 0

    @property
    def is_busy(self) -> bool:
        """Some request has not been answered. Sizes don't count: they are no work, and may take as long as they like."""
        return any(call.verb != SIZES for call in self._calls.values())

    def is_about_sizes(self, call_id: str | None) -> bool:
        """Return whether a request that is open asked for sizes. May be called by any thread."""
        call = self._calls.get(call_id or "")
        return call is not None and call.verb == SIZES

    def begin(self) -> None:
        """Open it."""
        self.gone = None

    def end(self, error: HVTreeError) -> HVTreeError:
        """Fail whatever waits; return the error that ended it, the first one."""
        self.gone = self.gone or error
        waiting: list[asyncio.Future[Any]] = [call.answer for call in self._calls.values()]
        for future in [*waiting, *self._events.values()]:
            if not future.done():
                future.set_exception(self.gone)
        self._events.clear()
        return self.gone

    @contextmanager
    def asking(
        self,
        verb: str,
        args: dict[str, Any],
        *,
        report: Callable[[ProgressReport], None] | None = None,
        in_parts: bool = False,
        on_part: Callable[[News], None] | None = None,
    ) -> Iterator[Call]:
        """Send a request, and forget it at the end of the block, answered or not.

        Raise `ConnectionFailure` if nothing can be asked: then nothing was sent.
        """
        if self.gone is not None:
            raise ConnectionFailure(
                f"The host ‘{self.name}’ is not connected.", why=self.gone.what, code=self.gone.code
            )
        self._count += 1
        call_id = f"{self._prefix}-{self._count}"
        line = wire.loose_line(wire.ascii_json(Request(call_id, verb, args)))
        call = Call(
            call_id, verb, line, asyncio.get_running_loop().create_future(), report, in_parts, on_part
        )
        call.answer.add_done_callback(_silence)
        self._calls[call_id] = call
        began = call.answer.get_loop().time()
        _log.debug("%r %s: asking %s, %d bytes: %r", self.name, call_id, verb, len(line), args)
        self._send(line)
        try:
            yield call
        finally:
            if _log.isEnabledFor(logging.DEBUG):
                duration_ms = (call.answer.get_loop().time() - began) * 1000
                _log.debug("%r %s: %.0f ms: %s", self.name, call_id, duration_ms, _answer_words(call))
            del self._calls[call_id]
            call.answer.cancel()

    async def ask(self, verb: str, args: dict[str, Any], what: str) -> Body:
        """Return the answer to a request; raise `HostFailure` if it is an error. `what` as in `wire_verbs.Question`."""
        with self.asking(verb, args) as call:
            message = await call.answer
        self.check(message, what)
        return message.ok

    def ask_ahead(self, verb: str, args: dict[str, Any], what: str) -> asyncio.Task[Body]:
        """Return a question, as `ask`, that is being asked before somebody waits for its answer; perhaps nobody ever does."""
        asked = asyncio.get_running_loop().create_task(self.ask(verb, args, what))
        asked.add_done_callback(_silence)
        return asked

    def check(self, answer: Message, what: str) -> None:
        """Raise `HostFailure` if an answer is an error."""
        if answer.error is not None:
            from hvtree.hosts.host_failures import host_failure  # noqa: PLC0415  (seldom needed, and it reads a catalogue)

            raise host_failure(self.name, what, answer.error)

    def expect(self, event: str) -> asyncio.Future[Body]:
        """Return a future for what the next event of this name carries."""
        future: asyncio.Future[Body] = asyncio.get_running_loop().create_future()
        future.add_done_callback(_silence)
        self._events[event] = future
        return future

    def take(self, news: News) -> bool:
        """Hand a message to whoever waits for it; return False if nobody does, as for a repeated answer or an event."""
        message = news.message
        if message.ev is not None:
            return self._take_event(message.ev, message.data)
        call = self._calls.get(message.id or "")
        if call is None or call.answer.done():
            return False
        if message.progress is not None:
            if call.report is not None:
                call.report(message.progress)
        elif message.part is not msgspec.UNSET:
            self._take_part(call, news)
        else:
            call.answer.set_result(message)
        return True

    def _take_part(self, call: Call, news: News) -> None:
        call.size += news.size
        if call.size > PARTS_LIMIT:
            call.vms.clear()
            call.answer.set_exception(self._endless())
        elif call.flaw is None:  # the others are of no use then
            call.vms.extend(news.vms)
            call.flaw = news.flaw
            if call.on_part is not None and news.flaw is None:
                call.on_part(news)

    def _endless(self) -> BadHostData:
        return BadHostData(
            f"The host ‘{self.name}’ sends an answer that has no end, and HVTree broke off.",
            why=f"More than {PARTS_LIMIT:,} bytes came for one question.",
            now="Connect again; if it stays so, please report it with the details.",
        )

    def repeat(self) -> None:
        """Ask everything again under the same ids: the agent answers a repeated id once more, and does nothing twice."""
        for call in list(self._calls.values()):
            if call.answer.done():
                continue
            if call.in_parts:
                call.answer.set_exception(TornAnswer())
            else:
                self._send(call.line)

    def unanswered(self, ids: Collection[str], error: HVTreeError, *, is_torn: bool) -> None:
        """Fail these requests if they have no answer yet: none will come.

        Where answers may have been lost on the way (`is_torn`), what may be done twice is asked again.
        """
        for call in [self._calls[each] for each in ids if each in self._calls]:
            if call.answer.done():
                continue
            if not is_torn or is_edit(call.verb):
                call.answer.set_exception(error)
            elif call.in_parts:
                call.answer.set_exception(TornAnswer())
            else:
                self._send(call.line)

    def _take_event(self, event: str, data: Body) -> bool:
        future = self._events.pop(event, None)
        if future is None or future.done():
            return False
        future.set_result(data)
        return True


def _answer_words(call: Call) -> str:
    """Return what has become of a request, for the log."""
    if not call.answer.done() or call.answer.cancelled():
        return "not waited for any longer"
    error = call.answer.exception()
    if error is not None:
        return f"no answer: {error!r}"
    message = call.answer.result()
    if message.error is not None:
        return f"answered {message.error!r}"
    if call.verb == SIZES:
        return f"answered with {call.size} bytes of sizes"
    if call.in_parts:
        return f"answered with {len(call.vms)} VMs"
    body = b"" if message.ok is msgspec.UNSET else bytes(message.ok)
    return f"answered with {len(body)} bytes: {body.decode(errors='replace')!r}"


def _silence(future: asyncio.Future[Any]) -> None:
    """Mark the error of a future that nobody may read as seen, so that asyncio doesn't complain about it."""
    if not future.cancelled():
        future.exception()
