"""Examining hosts, whether open or not, without a second try of a refused password."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from hvtree.app.credentials import NO_SECRET, Secret
from hvtree.app.loading import load_doctor
from hvtree.app.lockout import Refusals
from hvtree.domain.errors import AuthenticationFailure, BadInput, HVTreeError
from hvtree.domain.host_profile import HostProfile

if TYPE_CHECKING:
    from hvtree.app.doctor.stage_report import Report, StageReport, Tell

_log = logging.getLogger(__name__)


class ConnectionTester:
    """Tries hosts out; `refusals` are the workspace's, so that what is refused here is not tried there."""

    def __init__(self, refusals: Refusals) -> None:
        self._refusals = refusals

    async def run(self, profile: HostProfile, secret: Secret | None, tell: Tell) -> Report:
        """Return what the doctor finds; without a secret (None) it goes as far as the login.

        `tell` is called for each stage when it begins and when it is explained; cancelling ends it.
        """
        await load_doctor()
        from hvtree.app.doctor.examination import doctor_for  # noqa: PLC0415  (loaded now)
        from hvtree.app.doctor.stage_report import StageStatus  # noqa: PLC0415

        def on_login(error: HVTreeError | None) -> None:
            if error is not None and secret is not None:
                self._refusals.remember(profile, secret, error)

        def on_stage(stage: StageReport) -> None:
            if stage.status is not StageStatus.RUNNING:
                name, told = profile.name, (stage.tried, stage.came_back, stage.means)
                _log.info("host %r, stage %s: %s %r", name, stage.id, stage.status, told)
            tell(stage)

        withheld = self._why_withheld(profile, secret)
        doctor = doctor_for(profile, secret or NO_SECRET, withheld=withheld, on_login=on_login)
        return await doctor.examine(on_stage)

    def _why_withheld(self, profile: HostProfile, secret: Secret | None) -> HVTreeError | None:
        """Return why there must be no attempt to log in, or None if there may be one."""
        if not profile.needs_password:
            return None
        if secret is None:
            what = f"The password of ‘{profile.user}’ is not known."
            return BadInput(what, now="Connect the host with its password first, then run the doctor again.")
        try:
            self._refusals.check(profile, secret)
        except AuthenticationFailure as error:
            return error
        return None
