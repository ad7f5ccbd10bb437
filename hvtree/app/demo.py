"""The demo lab: an emulated host in a process of its own, reached through WinRM exactly as a real one is."""

from __future__ import annotations

import asyncio

import msgspec
from msgspec import Struct

from hvtree.app.credentials import Secret
from hvtree.app.demo_process import DemoProcess
from hvtree.domain.errors import ConnectionFailure
from hvtree.domain.host_profile import HostProfile
from hvtree.hosts.worker_threads import off_loop

DEMO = "demo"
"""The name of the demo host, on the command line and in the window."""
START_S = 60.0
"""How long the emulated host may take to say where it is."""


class _Announcement(Struct):
    """The one line that `hvtree emulate` prints."""

    endpoint: str
    user: str
    password: str


class Demo(Struct, frozen=True):
    """A running demo: how to connect to it. It ends with `close`, or when this process dies."""

    profile: HostProfile
    secret: Secret
    _process: DemoProcess

    async def close(self) -> None:
        """End the emulated host and wait for its end; never raises."""
        await off_loop(self._process.end)


async def start_demo(world: str = "lab", process: DemoProcess | None = None) -> Demo:
    """Start the emulated host with a world, or take the `process` that has been started for it.

    Raise `ConnectionFailure` with its error output if it does not start.
    """
    if process is None:
        process = DemoProcess(world)
    try:
        async with asyncio.timeout(START_S):
            line = await off_loop(process.announcement)
        said = msgspec.json.decode(line, type=_Announcement)
    except (TimeoutError, msgspec.DecodeError) as error:
        failure = _did_not_start(process.words(), error)
        await off_loop(process.end)
        raise failure from error
    except BaseException:
        await off_loop(process.end)
        raise
    return Demo(HostProfile(DEMO, said.endpoint, said.user), Secret(said.password), process)


def _did_not_start(said: str, error: Exception) -> ConnectionFailure:
    return ConnectionFailure(
        "The emulated host of the demo did not start.",
        why=said.splitlines()[-1].removeprefix("hvtree: ") if said else "",
        details=said or str(error),
    )
