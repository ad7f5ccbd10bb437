"""Bytes from the agent become typed messages: framing, decoding and conversion, all on the thread that receives.

A `Decoder` is fed by the receiving thread of `hosts.channel`, so that the loop's thread only ever sees finished values:
the VMs of a `part` are domain values already, and sizes are put together with the VMs that they are about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TypeVar

import msgspec
from msgspec import Struct

from hvtree.domain.errors import BadHostData
from hvtree.domain.model import VirtualMachine
from hvtree.domain.sizes import Sized
from hvtree.hosts import wire
from hvtree.hosts.inventory import sizes_of, vms_of
from hvtree.hosts.messages import Message
from hvtree.hosts.turn import Turn

NOISE_KEPT = 2_000
"""Characters of the agent's stray output that are kept, the last ones, for the details of an error."""

NOISE_LIMIT = 256 * 1024 * 1024
"""Bytes of stray output between two messages that are borne: a talkative profile is, something that never ends is not."""

Body = msgspec.Raw | msgspec.UnsetType
"""What an answer or an event carries, still encoded; it may carry nothing."""

_T = TypeVar("_T")


class News(Struct, frozen=True):
    """One message of the agent; for a `part` with its VMs or sizes, or with what is wrong with them."""

    message: Message
    vms: tuple[VirtualMachine, ...] = ()
    sizes: tuple[Sized, ...] = ()
    flaw: BadHostData | None = None
    size: int = 0
    """Bytes of a `part`."""


class Decoder:
    """Turn the agent's output into `News`, whatever pieces it comes in.

    Used by one thread at a time, except `known` and `noise`, which any thread may read and replace.
    """

    def __init__(
        self,
        noise_limit: int = NOISE_LIMIT,
        is_about_sizes: Callable[[str | None], bool] = lambda _: False,
        *,
        turn: Turn | None = None,
    ) -> None:
        """`is_about_sizes` tells of the id of a request whether it asked for sizes; it is called by the receiving thread.

        `turn` is taken for each message, and left before the next; within one the window goes first.
        """
        self.known: Mapping[str, VirtualMachine] = MappingProxyType({})
        """The VMs of the last reading: one that is received unchanged is given as the same object."""
        self.noise = ""
        """The last stray output, for the details of an error."""
        self._lines = wire.LineBuffer()
        self._noise_limit = noise_limit
        self._is_about_sizes = is_about_sizes
        self._turn = turn or Turn()
        self._noise_bytes = 0
        self._is_torn = False

    def feed(self, data: bytes) -> Iterator[News]:
        """Return the messages that are complete now, one at a time, so that the caller may let others run in between.

        Raise `BadHostData` for a marked line that is no message: the two ends are out of step.
        """
        try:
            lines = self._lines.feed(data)
        except wire.FramingError as error:
            raise self._garbage(error) from error
        for line in lines:
            with self._turn:
                news = self._read(line, is_torn=self._is_torn)
            self._is_torn = False
            if news is not None:
                yield news

    def tear(self) -> None:
        """Note that output may be missing here: the line at this place may be damaged without harm."""
        self._is_torn = True

    def end(self) -> str:
        """Return what is left when the output ends: the noise, and half a line if there is one."""
        return self.noise + self._lines.rest.decode("utf-8", "replace")[:NOISE_KEPT]

    def _read(self, line: bytes, *, is_torn: bool) -> News | None:
        try:
            payload = wire.from_agent(line)
            if payload is not None:
                news = self._news(wire.from_json(payload, Message))
                self._noise_bytes = 0
                return news
        except ValueError as error:  # FramingError or UnreadableJson
            if line.startswith(wire.MARKER) and not is_torn:
                raise self._garbage(error, line) from error
        self._keep(line)
        return None

    def _news(self, message: Message) -> News:
        if message.part is msgspec.UNSET:
            return News(message)
        part = bytes(message.part)
        try:
            if self._is_about_sizes(message.id):
                return News(message, sizes=sizes_of(part, self.known, self._turn.give_way), size=len(part))
            return News(message, vms_of(part, self.known, self._turn.give_way), size=len(part))
        except BadHostData as error:
            return News(message, flaw=error, size=len(part))

    def _keep(self, line: bytes) -> None:
        self._noise_bytes += len(line) + 1
        if self._noise_bytes > self._noise_limit:
            raise self._garbage(wire.FramingError(f"{self._noise_limit} bytes came without an answer."))
        self.noise = (self.noise + line[-NOISE_KEPT:].decode("utf-8", "replace") + "\n")[-NOISE_KEPT:]

    def _garbage(self, error: Exception, line: bytes = b"") -> BadHostData:
        shown = line[:200].decode("utf-8", "replace")
        return BadHostData(
            "The host's answer cannot be read.",
            why="It is damaged, or something else than HVTree's agent has sent it.",
            now="Connect again; if it stays so, please report it with the details.",
            details=f"{error}\n{shown}\n{self.noise}".rstrip(),
        )


def decoded(body: Body, kind: type[_T], what: str) -> _T:
    """Return a message's body as one of the structs of `hosts.messages`; raise `BadHostData`, naming `what`."""
    encoded = b"" if body is msgspec.UNSET else bytes(body)
    try:
        return wire.from_json(encoded, kind)
    except wire.UnreadableJson as error:
        raise BadHostData(
            f"The host's answer to {what} cannot be read.",
            now="Connect again; if it stays so, please report it with the details.",
            details=f"{error}\n{encoded[:200].decode('utf-8', 'replace')}",
        ) from error
