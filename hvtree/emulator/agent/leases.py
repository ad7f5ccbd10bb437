"""Leases in the Python agent: what brings VMs back that a client has stopped, once nothing is heard of it any more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import Timer
from hvtree.emulator.host.invocation import Invocation
from hvtree.hosts.messages import Error, Lease
from hvtree.values import replace

RETRY_S = 0.5
"""How soon a VM is looked at again that is between two states."""
ATTEMPTS = 5
"""How often the host may refuse to bring a VM back; a VM that is between two states counts as a refusal after a while."""
PATIENCE_S = 240.0
REFUSED_RETRY_S = 2.0

_LEADS_TO = {"vm.start": "Running", "vm.resume": "Running", "vm.suspend": "Paused"}
_WAYS: Mapping[tuple[str, str], str] = {
    ("Paused", "Running"): "resume",
    ("Saved", "Running"): "start",
    ("Off", "Running"): "start",
    ("Saved", "Paused"): "start",
    ("Off", "Paused"): "start",
}
"""From a state and the one in which a VM belongs to what takes it there, or nearer."""


class _Held(Struct, frozen=True):
    goal: str
    lease: Lease
    is_started: bool = False
    """This agent has started it, so it may pause it again."""
    is_touched: bool = False
    """Something was done with it, so if it is where it belongs it has been brought back."""


class Leases:
    """The VMs that one agent holds. Everything happens in the agent's turn; `over` is called when they are back."""

    def __init__(
        self, host: HyperV, dispatch: Callable[[Callable[[], None]], None], over: Callable[[], None]
    ) -> None:
        """`dispatch` is the agent's, for what the host calls back; it does nothing once the agent is closed."""
        self.is_over = False
        """Nothing more may be done with VMs for the client: they are being brought back."""
        self._host = host
        self._dispatch = dispatch
        self._over = over
        self._held: dict[str, _Held] = {}
        self._at_work: Counter[str] = Counter()
        self._heard = host.clock.now()
        self._timer: Timer | None = None
        self._stop_listening: Callable[[], None] | None = None

    @property
    def is_open(self) -> bool:
        """Some VM is held."""
        return bool(self._held)

    def hear(self) -> None:
        """Note a word of the client."""
        self._heard = self._host.clock.now()

    def hold(self, lease: Lease | None, vm_ids: Iterable[str]) -> None:
        """Hold those VMs that are where they belong, before anything is done with them."""
        if lease is None:
            return
        for vm_id in vm_ids:
            goal = _goal(lease, vm_id)
            if vm_id not in self._held and goal is not None and self._state(vm_id) == goal:
                self._held[vm_id] = _Held(goal, lease)
        if self._held and self._stop_listening is None:
            self._stop_listening = self._host.on_change(lambda _revision: self._dispatch(self._find_returned))
        self._set_timer()

    def follow(self, verb: str, lease: Lease | None, invocation: Invocation) -> None:
        """Keep what is being done with VMs in mind until it has ended."""
        vm_ids = {result.vm_id.lower() for result in invocation.results if result.vm_id}
        self._at_work.update(vm_ids)

        def ended() -> None:
            self._at_work.subtract(vm_ids)
            for result in invocation.results:
                if result.error is None:
                    self._went_well(result.vm_id.lower(), verb, lease)
            for vm_id in vm_ids if self.is_over else ():
                self._bring_back(vm_id)

        invocation.on_done(lambda: self._dispatch(ended))

    def end(self, lease_id: str) -> object:
        """Let go what is held under a lease; return the answer to `lease.end`."""
        if not self.is_over:
            self._held = {vm_id: held for vm_id, held in self._held.items() if held.lease.id != lease_id}
        return {}

    def _find_returned(self) -> None:
        """Let go what somebody else has brought back, on the host's word that something has changed."""
        for vm_id, held in list(self._held.items()) if not self.is_over else ():
            if held.is_touched and not self._at_work[vm_id] and self._state(vm_id) == held.goal:
                del self._held[vm_id]

    def run_out(self) -> None:
        """Bring back what is held: nothing more will be heard of the client."""
        if self.is_over or not self._held:
            return
        self.is_over = True
        for vm_id in list(self._held):
            self._bring_back(vm_id)

    def close(self) -> None:
        """Forget everything: the process is gone."""
        self._held.clear()
        if self._stop_listening is not None:
            self._stop_listening()
        if self._timer is not None:
            self._timer.cancel()

    def _went_well(self, vm_id: str, verb: str, lease: Lease | None) -> None:
        held = self._held.get(vm_id)
        if held is None:
            return
        goal = held.goal if lease is None else _goal(lease, vm_id)
        if goal is None or (lease is None and goal == _LEADS_TO.get(verb)):
            del self._held[vm_id]
        else:
            is_started = held.is_started or verb in ("vm.start", "vm.resume")
            kept = replace(held, goal=goal, lease=lease or held.lease, is_started=is_started, is_touched=True)
            self._held[vm_id] = kept

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._held and not self.is_over:
            self._timer = self._host.clock.call_later(
                self._left_s, lambda: self._dispatch(self._look), background=True
            )

    @property
    def _left_s(self) -> float:
        """How long, by the host's clock, the client may still be silent."""
        shortest_s = min(held.lease.seconds for held in self._held.values()) * self._host.clock.speed
        return shortest_s - (self._host.clock.now() - self._heard).total_seconds()

    def _look(self) -> None:
        if self._held and self._left_s <= 0:
            self.run_out()
        else:
            self._set_timer()

    def _state(self, vm_id: str) -> str | None:
        found = self._host.get_vm(id=vm_id).objects
        return found[0].state.name if found else None

    def _bring_back(self, vm_id: str, attempts: int = ATTEMPTS, patience_s: float = PATIENCE_S) -> None:
        """Take a VM one step nearer to where it belongs, unless something is at work on it: then it comes again."""
        held = self._held.get(vm_id)
        if held is None or self._at_work[vm_id] > 0:
            return
        state = self._state(vm_id)
        is_done = state in (None, held.goal) or (state == "Running" and not held.is_started)
        if is_done or attempts == 0 or patience_s <= 0:
            del self._held[vm_id]
            if not self._held:
                self._over()
            return
        way = "suspend" if state == "Running" else _WAYS.get((str(state), held.goal))
        if way is None:
            self._again(RETRY_S, lambda: self._bring_back(vm_id, attempts, patience_s - RETRY_S))
        else:
            self._go(vm_id, way, attempts, patience_s)

    def _go(self, vm_id: str, way: str, attempts: int, patience_s: float) -> None:
        cmdlets = {
            "start": self._host.start_vm,
            "resume": self._host.resume_vm,
            "suspend": self._host.suspend_vm,
        }
        invocation = cmdlets[way](vm=[vm_id])

        def ended() -> None:
            if invocation.errors:
                self._again(REFUSED_RETRY_S, lambda: self._bring_back(vm_id, attempts - 1, patience_s))
                return
            if vm_id in self._held:
                is_started = self._held[vm_id].is_started or way != "suspend"
                self._held[vm_id] = replace(self._held[vm_id], is_started=is_started)
            self._bring_back(vm_id, attempts, patience_s)

        invocation.on_done(lambda: self._dispatch(ended))

    def _again(self, seconds: float, act: Callable[[], None]) -> None:
        self._host.clock.call_later(seconds, lambda: self._dispatch(act))


def lease_over() -> Error:
    """Return the answer to what is asked of VMs when they are being brought back."""
    text = "HVTree was not heard of for too long, and the host brings its VMs back by itself. Nothing more is done with them."
    return Error(text, "OperationStopped", "LeaseOver,HVTree")


def _goal(lease: Lease, vm_id: str) -> str | None:
    return "Running" if vm_id in lease.running else "Paused" if vm_id in lease.paused else None
