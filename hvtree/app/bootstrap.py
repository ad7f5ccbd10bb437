"""The composition root: puts the parts of the running program together."""

from __future__ import annotations

from pathlib import Path

from hvtree.app.author import Signer
from hvtree.app.connection_cache import ConnectionCache
from hvtree.app.credentials import Secret
from hvtree.app.groups import Groups
from hvtree.app.host_loader import HostLoader
from hvtree.app.memory import place
from hvtree.app.memory.groups import KeptGroups
from hvtree.app.memory.journal import JobJournal
from hvtree.app.memory.kept_notes import KeptNotes
from hvtree.app.memory.reader import HistoryReader
from hvtree.app.noted_connection import NotedConnection
from hvtree.app.ports import Connection
from hvtree.app.recovery import Recoveries
from hvtree.app.settings import SAFETY_DAYS
from hvtree.app.settings_file import Store, default_path
from hvtree.app.usual_settings import UsualSettings
from hvtree.app.workspace import Workspace
from hvtree.domain.errors import BadInput
from hvtree.domain.host_profile import HostProfile
from hvtree.domain.lease import LEASE_S
from hvtree.hosts.turn import Turn


def make_workspace(store: Store | None = None, memory: Path | None = None) -> Workspace:
    """Return a workspace that reaches its hosts as their profiles say. It is used on one asyncio loop and closed there.

    Which hosts need a slower mode is kept in `store`, jobs are written to `memory`: the user's own unless told otherwise.
    """
    settings = store or Store(default_path())
    modes = ConnectionCache(settings)

    def tell(error: BadInput) -> None:
        workspace.tell_of_settings(error)

    usual = UsualSettings(settings, tell)

    def profile(host_id: str) -> HostProfile:
        return workspace.profile(host_id)

    def kept_days() -> int:
        """Return 0 if it cannot be read: that is no leave to delete anything."""
        return max(usual.read(lambda each: each.keep_history_days, 0), 0)

    def safety_days() -> int:
        return usual.read(lambda each: each.keep_safety_days, SAFETY_DAYS)

    def signs() -> bool:
        return usual.read(lambda each: each.sign_checkpoints, True)

    def lease_s() -> int:
        return usual.read(lambda each: each.bring_back_after_s, LEASE_S)

    file = memory or place.default_path()
    journal, history = JobJournal(file, profile, kept_days=kept_days), HistoryReader(file)

    turn = Turn()

    def connect(profile: HostProfile, secret: Secret) -> Connection:
        from hvtree.app.connections import connection  # noqa: PLC0415  (the loader has loaded it)

        made = connection(profile, secret, modes, turn=turn, lease_s=lease_s())
        return NotedConnection(made, KeptNotes(file))

    workspace = Workspace(
        connect,
        journal=journal,
        history=history,
        recoveries=Recoveries(history, journal),
        loader=HostLoader(),
        signer=Signer(keep_safety_days=safety_days, signs=signs),
        groups=Groups(KeptGroups(file)),
        turn=turn,
    )
    return workspace
