"""From a profile to an examination by the doctor."""

from __future__ import annotations

from collections.abc import Callable

from hvtree.app.credentials import Secret
from hvtree.app.doctor.doctor import Doctor
from hvtree.app.hidden_variables import HIDDEN_VARIABLES
from hvtree.domain.errors import HVTreeError
from hvtree.domain.host_profile import HostProfile
from hvtree.hosts.stages import LocalStages, WinRmStages
from hvtree.hosts.winrm.login import WinRmLogin


def doctor_for(
    profile: HostProfile,
    secret: Secret,
    *,
    withheld: HVTreeError | None = None,
    on_login: Callable[[HVTreeError | None], None] = lambda _: None,
) -> Doctor:
    """Return a doctor for a profile that `checked_profile` has seen."""
    if profile.is_local:
        return Doctor(profile, LocalStages(profile.name, hidden=HIDDEN_VARIABLES))
    stages = WinRmStages(WinRmLogin(profile, secret.reveal()))
    return Doctor(profile, stages, withheld=withheld, on_login=on_login)
