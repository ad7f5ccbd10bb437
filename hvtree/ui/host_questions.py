"""Questions that a host leads to: for a password it needs or refused, and whether to trust its certificate.

Each is asked unprompted only once, one at a time; after a Cancel, only when the user reconnects.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from hvtree.app.credentials import Secret
from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.app.lockout import REFUSED
from hvtree.domain.certificate import CertificateFailure
from hvtree.domain.errors import AuthenticationFailure, HVTreeError
from hvtree.domain.host_profile import HostProfile
from hvtree.ui.bridge import ask
from hvtree.values import replace


class HostQuestions:
    """Asks the user; an answer is a profile and a password to continue with."""

    def __init__(self, window: QWidget, keyring_problem: Callable[[], str]) -> None:
        self._window = window
        self._keyring_problem = keyring_problem
        self._turn = asyncio.Lock()
        self._asked: dict[str, HVTreeError] = {}

    def wants_to_ask(self, view: HostView) -> bool:
        """Return whether a host has just failed in a way that a question can solve; each failure counts once."""
        error = view.error
        if view.phase is not ConnectionPhase.FAILED or error is None or self._asked.get(view.id) is error:
            return False
        if not isinstance(error, CertificateFailure) and error.code not in REFUSED:
            return False
        self._asked[view.id] = error
        return True

    def forget(self, host_id: str) -> None:
        """Forget what was asked about a host that has left."""
        self._asked.pop(host_id, None)

    async def ask(
        self,
        profile: HostProfile,
        secret: Secret | None,
        error: HVTreeError,
        *,
        still_matters: Callable[[], bool],
    ) -> tuple[HostProfile, Secret | None] | None:
        """Return profile and password to continue with after a failure; None after a Cancel, or once it is settled."""
        async with self._turn:
            if not still_matters():
                return None
            if isinstance(error, CertificateFailure):
                return await self._ask_trust(profile, secret, error)
            if isinstance(error, AuthenticationFailure):
                return await self._ask_password(profile, error)
        return None

    async def _ask_trust(
        self, profile: HostProfile, secret: Secret | None, error: CertificateFailure
    ) -> tuple[HostProfile, Secret | None] | None:
        from hvtree.ui.dialogs.trust import TrustDialog  # noqa: PLC0415  (see `start.DIALOGS`)

        if not await ask(TrustDialog(profile.name, error, self._window)):
            return None
        return replace(profile, fingerprint=error.certificate.fingerprint), secret

    async def _ask_password(
        self, profile: HostProfile, error: HVTreeError
    ) -> tuple[HostProfile, Secret | None] | None:
        from hvtree.ui.dialogs.password import PasswordDialog  # noqa: PLC0415  (see `start.DIALOGS`)

        dialog = PasswordDialog(profile, error, self._keyring_problem(), self._window)
        if not await ask(dialog) or dialog.profile is None:
            return None
        return dialog.profile, dialog.secret
