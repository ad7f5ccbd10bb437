"""What must be read before the facts of a host or a VM: what is wrong with it, or soon will be."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.domain.checkpoint import CHECKPOINT_LIMIT
from hvtree.domain.forecast import volume_of
from hvtree.domain.model import HostState, VirtualMachine, Volume
from hvtree.domain.state_words import state_words, status_words
from hvtree.domain.thresholds import is_full, is_near_limit, is_nearly_full, is_over_limit
from hvtree.domain.words import count_words
from hvtree.ui.format import shown_name
from hvtree.ui.views.details_values import Link, Notice
from hvtree.ui.widgets.banner import Tone

_NAMED_AT_MOST = 10
"""Volumes beyond this are counted, not named."""

Help = Callable[[HostView], tuple[Link, ...]]
"""Return links to what may help a host in trouble."""


def host_notice(view: HostView, help_for: Help) -> Notice | None:
    """Return what is wrong with a host, the connection before the volumes; None if nothing is."""
    if view.phase is ConnectionPhase.CONNECTING:
        return _connecting_notice(view)
    if view.error is None:
        return _volume_notice(view.state)
    if view.wants_password:
        return Notice(Tone.INFO, view.error.what, "Nothing has been tried yet.")
    why = " ".join(part for part in (view.error.why, view.error.now) if part)
    if view.phase is ConnectionPhase.STALE:
        last = "What you see is the last reading."
        more = " ".join(part for part in (why, last) if part)
        return Notice(Tone.WARNING, view.error.what, more, help_for(view))
    return Notice(Tone.DANGER, view.error.what, why, help_for(view))


def _connecting_notice(view: HostView) -> Notice:
    if view.state is None:
        return Notice(Tone.INFO, "Connecting…", "The VMs appear as soon as the host has been read.")
    if view.is_being_read:
        more = "More VMs will follow, and nothing can be done until all of them are there."
        return Notice(Tone.INFO, "Reading…", more)
    return Notice(Tone.INFO, "Connecting again…", "What you see is the last reading.")


def _volume_notice(state: HostState | None) -> Notice | None:
    """Warn of volumes that are full or nearly so: when one is full, Hyper-V pauses every VM that writes to it."""
    volumes = state.volumes if state is not None else ()
    full = [shown_name(volume.name) for volume in volumes if is_full(volume)]
    nearly = [shown_name(volume.name) for volume in volumes if is_nearly_full(volume) and not is_full(volume)]
    words = [f"{_are(names)} {how}." for names, how in ((full, "full"), (nearly, "nearly full")) if names]
    if not words:
        return None
    paused = "Hyper-V pauses every VM that writes to a full volume: free some space first."
    more = paused if full else "If a volume fills up, Hyper-V pauses every VM that writes to it."
    return Notice(Tone.DANGER if full else Tone.WARNING, " ".join(words), more)


def _are(volumes: list[str]) -> str:
    if len(volumes) == 1:
        return f"Volume {volumes[0]} is"
    others = len(volumes) - _NAMED_AT_MOST
    return f"Volumes {', '.join(volumes[:_NAMED_AT_MOST])}{f' and {others:,} more' if others > 0 else ''} are"


def vm_notice(vm: VirtualMachine, volumes: Sequence[Volume]) -> Notice | None:
    """Return what is wrong with a VM or going on with it, the worst first; None if nothing is."""
    if vm.state.is_critical:
        found = {volume.name: volume for drive in vm.drives if (volume := volume_of(drive, volumes))}
        full = [shown_name(volume.name) for volume in found.values() if is_full(volume)]
        cause = f"{_are(full)} full." if full else "The VM has lost its storage, or the volume is full."
        more = f"{cause} Free some space on the host before anything else."
        return Notice(Tone.DANGER, f"The VM is in the state {state_words(vm.state)}.", more)
    if vm.activity is not None:
        return Notice(Tone.INFO, status_words(vm))
    return _limit_notice(len(vm.checkpoints))


def _limit_notice(checkpoints: int) -> Notice | None:
    """Say how near a VM is to the most checkpoints that Hyper-V supports, or how far beyond."""
    if not is_near_limit(checkpoints):
        return None
    text = f"{count_words(checkpoints, 'checkpoint')} of {CHECKPOINT_LIMIT} at most."
    more = "Hyper-V takes no further ones beyond that: delete those that nobody needs."
    return Notice(Tone.DANGER if is_over_limit(checkpoints) else Tone.WARNING, text, more)
