"""Where doctors come from: the probes of a profile's road, and a doctor with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from hvtree.app.credentials import HIDDEN_VARIABLES, Secret
from hvtree.app.doctor.doctor import Doctor
from hvtree.app.doctor.ports import patient_of
from hvtree.app.roads import winrm_settings
from hvtree.app.settings import HostProfile
from hvtree.domain.errors import HVTreeError
from hvtree.hosts.probes.local import LocalProbes
from hvtree.hosts.probes.winrm import WinRmProbes


class MakeDoctor(Protocol):
    """Makes a doctor for one examination of one connection; `doctor_for` is one."""

    def __call__(
        self,
        profile: HostProfile,
        secret: Secret,
        *,
        withheld: HVTreeError | None = None,
        on_login: Callable[[HVTreeError | None], None] = ...,
    ) -> Doctor:
        """Make it; nothing is tried yet. For the arguments see `Doctor`."""
        ...


def doctor_for(
    profile: HostProfile,
    secret: Secret,
    *,
    withheld: HVTreeError | None = None,
    on_login: Callable[[HVTreeError | None], None] = lambda _: None,
) -> Doctor:
    """Return a doctor for a profile that `checked_profile` has seen."""
    patient = patient_of(profile)
    if profile.is_local:
        return Doctor(patient, LocalProbes(profile.name, hidden=HIDDEN_VARIABLES), None)
    probes = WinRmProbes(winrm_settings(profile, secret))
    return Doctor(patient, probes, probes, withheld=withheld, on_login=on_login)
