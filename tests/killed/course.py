"""One job of a real `hvtree do` on an emulated host, cut off somewhere in the middle, and what its host then does by itself.

with course("group", home) as it:
    it.until(lambda states: states["web"] == "Saved")
    it.kill()
    assert it.is_back()
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from hvtree.app.hidden_variables import PASSWORD_VARIABLE
from hvtree.app.settings import Settings
from hvtree.app.settings_file import save
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import RealClock
from hvtree.emulator.powershell.real_powershell import RealPowerShell
from hvtree.emulator.serve import endpoint_for
from hvtree.emulator.winrm.wsman import Endpoint, EndpointConfig
from hvtree.emulator.worlds import worlds
from hvtree.emulator.worlds.schema import World
from tests.killed.clock_jump import JumpingClock
from tests.support.relay import Relay, relay
from tests.support.virtual_host import vm_spec, world_of
from tests.support.waiting import WAIT_S, comes_true
from tests.support.wsman_clients import ACCOUNT

LEASE_S = 5
"""The shortest that the settings allow."""
LOOK_S = 1.0
BEFORE = {"web": "Running", "db": "Running", "dc": "Paused", "nas": "Off", "other": "Running"}
"""The VMs, and their states."""
GROUP = ("do", "checkpoint", "web", "db", "dc", "nas", "--group", "--name", "all")
APPLY = ("do", "apply", "web/p1", "--no-safety")
START = (*APPLY, "--start")
JOBS = {"group": GROUP, "apply": APPLY, "apply and start": START}

States = Mapping[str, str]


def world() -> World:
    """Return the world; there is a tree with memory on the VM that is taken back."""
    memory = {"memory": True}
    return world_of(
        *(
            vm_spec(name, "p1(p2*)", details=memory, state=state, memory=1 << 28)
            for name, state in BEFORE.items()
        )
    )


class Course:
    """The host, the process with the job, and the wire between them."""

    def __init__(
        self,
        host: HyperV,
        endpoint: Endpoint | None,
        wire: Relay | None,
        log: IO[bytes],
        *,
        lease_s: int = LEASE_S,
        clock: JumpingClock | None = None,
    ) -> None:
        self.host = host
        self.lease_s = lease_s
        self._clock = clock
        self.starts: Counter[str] = Counter()
        """How often each VM was started or resumed; what was not needed does not count."""
        self._endpoint = endpoint
        self._wire = wire
        self._log = log
        self._job = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._waits: list[tuple[Callable[[States], bool], threading.Event]] = []
        self._count_starts("start_vm")
        self._count_starts("resume_vm")
        host.on_change(lambda _revision: self._look())

    def begin(self, job: str, home: Path, environment: Mapping[str, str], *more: str) -> None:
        """Start HVTree with one of the `JOBS`, and with `more` words."""
        self._job = job
        first, verb, *rest = (*JOBS[job], *more)
        host = ["local"]
        if self._endpoint is not None and self._wire is not None:
            url = self._endpoint.url.replace(str(self._endpoint.port), str(self._wire.port))
            host = [url, "--user", ACCOUNT.user]
        clock = self._clock.environment if self._clock is not None else {}
        own = {**environment, **clock, **home_of(home), PASSWORD_VARIABLE: ACCOUNT.password}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "hvtree", first, verb, *host, *rest, "--yes", "--json"],
            env={**os.environ, **own},
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    # -- where it is -----------------------------------------------------------------------------------------------

    @property
    def states(self) -> dict[str, str]:
        """The states of the VMs now."""
        return {vm.name: vm.state.name for vm in self.host.get_vm().objects}

    @property
    def now(self) -> str:
        """The checkpoint that the VM stands on that may be taken back."""
        return self.host.get_vm("web").one().parent_snapshot_name

    def until(self, is_there: Callable[[States], bool]) -> None:
        """Wait for a moment of the job. It is looked for at each change on the host, so that none is missed.

        HVTree that ends before is not waited for: a busy machine may be too slow for a login.
        """
        event = threading.Event()
        self._waits.append((is_there, event))
        self._look()
        until = time.monotonic() + WAIT_S
        while not event.wait(LOOK_S):
            may_come = self.process.poll() is None and time.monotonic() < until
            assert may_come or event.is_set(), f"It never came to that: {self.states} {self.said}"

    def until_touched(self) -> None:
        """Wait until the first VM is being stopped."""
        self.until(lambda states: states != BEFORE)

    def for_a_while(self, seconds: float) -> None:
        """Let time pass, less if HVTree comes to its end."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)

    # -- what befalls it -------------------------------------------------------------------------------------------

    def kill(self) -> None:
        """Kill HVTree as `kill -9` does."""
        self.process.kill()

    def stop(self) -> None:
        """Let HVTree stand still, as a computer does that sleeps."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it go on."""
        self.process.send_signal(signal.SIGCONT)

    def jump(self, seconds: int) -> None:
        """Let all clocks of HVTree be so far ahead."""
        assert self._clock is not None
        self._clock.jump(seconds)

    def cut_for_good(self) -> None:
        """Let the network lead nowhere from now on, without a word to anybody."""
        assert self._wire is not None
        self._wire.target = None
        self._wire.freeze()

    def cut(self) -> None:
        """Break the connections; new ones work."""
        assert self._wire is not None
        self._wire.cut()

    # -- what comes of it --------------------------------------------------------------------------------------------

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """HVTree."""
        assert self._process is not None
        return self._process

    @property
    def said(self) -> str:
        """What HVTree has written."""
        self._log.flush()
        return Path(self._log.name).read_text("utf-8", "replace")

    @property
    def verdict(self) -> dict[str, Any]:
        """The last line of HVTree, once it has ended."""
        self.process.wait(WAIT_S)
        record: dict[str, Any] = json.loads(self.said.splitlines()[-1])
        return record

    def is_back(self) -> bool:
        """Wait until all VMs are in the states from before."""
        return comes_true(lambda: self.states == BEFORE)

    def rests(self) -> None:
        """Wait until every agent on the host has ended, or has held nothing for as long as a lease lasts."""
        outputs = self._endpoint.shells.outputs() if self._endpoint is not None else ()
        until = time.monotonic() + self.lease_s + 1
        assert comes_true(
            lambda: time.monotonic() > until or all(output.exit_code is not None for output in outputs)
        )

    def seconds_until(self, is_there: Callable[[States], bool]) -> float:
        """Return how long it takes until something is so."""
        began = time.monotonic()
        assert comes_true(lambda: is_there(self.states)), f"{self.states} {self.said}"
        return time.monotonic() - began

    @property
    def expected(self) -> dict[str, str]:
        """The states of the VMs in the end: a checkpoint that was applied, and no more, leaves its VM saved."""
        is_applied = self._job == "apply" and self.now == "p1"
        return {**BEFORE, "web": "Saved"} if is_applied else BEFORE

    def stopped(self) -> set[str]:
        """Return the VMs that ran before and do not run now, although the plan does not want them so."""
        states, expected = self.states, self.expected
        return {name for name, state in expected.items() if state == "Running" and states[name] != state}

    def assert_back_in(self, seconds: float) -> None:
        """Fail if a VM that ran before is stopped for longer than this from now on."""
        taken_s = self.seconds_until(lambda _states: not self.stopped())
        assert taken_s <= seconds, f"it took {taken_s:.1f} s"

    def assert_facts(self) -> None:
        """Fail unless all VMs are where they belong for good, none was started twice, and none that was off at all."""
        if self.process.poll() is None:
            self.kill()
            self.process.wait(WAIT_S)
        assert comes_true(lambda: self.states == self.expected), f"{self.states} {self.said}"
        self.rests()
        assert self.states == self.expected, f"{self.states} {self.said}"
        assert max(self.starts.values(), default=0) <= 1, f"started {self.starts}"
        assert not {"nas", "other"} & set(self.starts), f"started {self.starts}"

    def end(self) -> None:
        """End HVTree, however it is."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(WAIT_S)

    def _look(self) -> None:
        states = self.states
        for is_there, event in list(self._waits):
            if is_there(states):
                event.set()

    def _count_starts(self, name: str) -> None:
        cmdlet = getattr(self.host, name)

        def counted(**values: Any) -> Any:
            invocation = cmdlet(**values)

            def ended() -> None:
                well = [result for result in invocation.results if result.error is None]
                names = {vm.id: vm.name for vm in self.host.get_vm().objects}
                self.starts.update(names[result.vm_id] for result in well if not invocation.warnings)

            invocation.on_done(ended)
            return invocation

        setattr(self.host, name, counted)


@contextmanager
def course(
    job: str,
    home: Path,
    *,
    powershell: str = "",
    is_local: bool = False,
    leave_stopped: bool = False,
    lease_s: int = LEASE_S,
    has_jumping_clock: bool = False,
) -> Iterator[Course]:
    """Begin a job on a host of its own; with a `powershell` its agent is the real script, `is_local` without WinRM.

    With `leave_stopped` the host is told to leave VMs alone.
    """
    home.mkdir(parents=True, exist_ok=True)
    save(home / "config" / "HVTree" / "settings.json", Settings(bring_back_after_s=lease_s))
    with ExitStack() as stack:
        clock = stack.enter_context(closing(RealClock()))
        host = HyperV(worlds.build(world(), clock.now()), clock)
        real = stack.enter_context(RealPowerShell(host, powershell)) if powershell else None
        endpoint = wire = None
        environment: Mapping[str, str] = {}
        if is_local:
            assert real is not None
            environment = {**real.environment(), "HVTREE_PWSH": powershell}
        else:
            config = EndpointConfig(ACCOUNT, machine=host.name)
            endpoint = stack.enter_context(endpoint_for(host, config, powershell=real))
            wire = stack.enter_context(relay(endpoint.port))
        log = stack.enter_context((home / "said.txt").open("wb"))
        jumping = JumpingClock(home) if has_jumping_clock else None
        it = Course(host, endpoint, wire, log, lease_s=lease_s, clock=jumping)
        stack.callback(it.end)
        it.begin(job, home, environment, *(["--leave-stopped"] if leave_stopped else []))
        yield it


def home_of(folder: Path) -> dict[str, str]:
    """Return the variables of a home of its own."""
    return {
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_DATA_HOME": str(folder / "data"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
