"""The demo lab: an emulated host in a process of its own, reached through WinRM exactly as a real one is."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from asyncio.subprocess import Process
from dataclasses import dataclass, field
from typing import IO

import msgspec

from hvtree.app.credentials import PASSWORD_VARIABLE, Secret
from hvtree.domain.errors import ConnectionFailure
from hvtree.domain.host_profile import HostProfile
from hvtree.hosts.local import apart_from_the_terminal

DEMO = "demo"
"""The name of the demo host, on the command line and in the window."""
START_S = 60.0
"""How long the emulated host may take to say where it is."""
END_S = 3.0
"""How long it may take to end by itself once its input has ended."""


class _Announcement(msgspec.Struct):
    """The one line that `hvtree emulate` prints."""

    endpoint: str
    user: str
    password: str


@dataclass(frozen=True)
class Demo:
    """A running demo: how to connect to it. It ends with `close`, or when this process dies."""

    profile: HostProfile
    secret: Secret
    _child: Process = field(repr=False)

    async def close(self) -> None:
        """End the emulated host and wait for its end; never raises."""
        await _end(self._child)


async def start_demo(world: str = "lab") -> Demo:
    """Start the emulated host with a world; raise `ConnectionFailure` with its error output if it does not start."""
    with tempfile.TemporaryFile() as words:
        child = await _start(world, words)
        try:
            said = await _announcement(child)
        except BaseException as error:
            await _end(child)
            if isinstance(error, (TimeoutError, msgspec.DecodeError)):
                raise _did_not_start(words, error) from error
            raise
    profile = HostProfile(DEMO, said.endpoint, said.user)
    return Demo(profile, Secret(said.password), child)


async def _start(world: str, words: IO[bytes]) -> Process:
    environment = {key: value for key, value in os.environ.items() if key != PASSWORD_VARIABLE}
    return await asyncio.create_subprocess_exec(
        *_this_program(),
        "emulate",
        "--world",
        world,
        "--with-parent",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=words,
        env=environment,
        **apart_from_the_terminal(),
    )


def _this_program() -> list[str]:
    """Return the command that starts HVTree again: the bundled program itself, or Python with the package."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "hvtree"]


async def _announcement(child: Process) -> _Announcement:
    assert child.stdout is not None
    async with asyncio.timeout(START_S):
        line = await child.stdout.readline()
    return msgspec.json.decode(line, type=_Announcement)


async def _end(child: Process) -> None:
    if child.stdin is not None:
        child.stdin.close()
    for more in (child.terminate, child.kill):
        try:
            async with asyncio.timeout(END_S):
                await child.wait()
                return
        except TimeoutError:
            if child.returncode is None:
                more()
    await child.wait()


def _did_not_start(words: IO[bytes], error: Exception) -> ConnectionFailure:
    words.seek(0)
    said = words.read().decode(errors="replace").strip()
    return ConnectionFailure(
        "The emulated host of the demo did not start.",
        why=said.splitlines()[-1].removeprefix("hvtree: ") if said else "",
        details=said or str(error),
    )
