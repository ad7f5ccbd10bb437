"""One password for several hosts of a user, as far as the user has allowed it: each in its turn, and never after a refusal.

Accounts get locked by wrong passwords, and hosts of one domain count together. So the first host decides: only when it has
accepted the password the next one gets it, and a refusal anywhere ends it for all that are left.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from hvtree.app.credentials import Secret
from hvtree.app.host_view import HostView
from hvtree.app.lockout import REFUSED
from hvtree.values import replace


class SharedPassword:
    """Passes a password on from host to host; `log_in` connects one with it."""

    def __init__(self, log_in: Callable[[str, Secret], None]) -> None:
        self._log_in = log_in
        self._waiting: dict[str, _Turn] = {}
        """By the host whose turn it is."""

    def begin(self, host_id: str, secret: Secret, others: tuple[str, ...]) -> None:
        """Give a host its password, and remember for which others it is meant as well."""
        self._pass_on(_Turn(secret, (host_id, *others)))

    def host_changed(self, view: HostView) -> None:
        """Go on to the next host once one has accepted the password; end it with a refusal.

        A host that cannot be reached holds up the others only if none has accepted the password yet.
        """
        turn = self._waiting.get(view.id)
        if turn is None:
            return
        if view.error is not None and view.error.code in REFUSED:
            del self._waiting[view.id]
        elif view.is_connected or (view.is_in_trouble and turn.is_accepted):
            del self._waiting[view.id]
            self._pass_on(replace(turn, is_accepted=True))

    def forget(self, host_id: str) -> None:
        """Pass nothing on after a host that has left, and nothing to it."""
        self._waiting.pop(host_id, None)
        self._waiting = {
            first: replace(turn, hosts=tuple(each for each in turn.hosts if each != host_id))
            for first, turn in self._waiting.items()
        }

    def _pass_on(self, turn: _Turn) -> None:
        if not turn.hosts:
            return
        first, rest = turn.hosts[0], turn.hosts[1:]
        self._waiting[first] = replace(turn, hosts=rest)
        self._log_in(first, turn.secret)


class _Turn(Struct, frozen=True):
    secret: Secret
    hosts: tuple[str, ...]
    """Those that come next."""
    is_accepted: bool = False
    """A host has accepted it."""
