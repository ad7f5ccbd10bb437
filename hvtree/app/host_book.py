"""The hosts that the user has saved, their passwords in the keyring, and how the window was left: what is kept between runs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from hvtree.app.credentials import Secret, keyring_account
from hvtree.app.settings import Settings
from hvtree.app.settings_file import Store, default_path
from hvtree.domain.errors import BadInput, HVTreeError
from hvtree.domain.host_profile import HostProfile
from hvtree.hosts.worker_threads import off_loop
from hvtree.values import replace

if TYPE_CHECKING:
    from hvtree.app.keyring import Keyring


class HostBook:
    """Reads and writes at each call. The coroutines ask the keyring, which may wait for a person to unlock it."""

    def __init__(self, store: Store | None = None, keyring: Keyring | None = None) -> None:
        self._store = store or Store(default_path())
        self._given_keyring = keyring

    @property
    def _keyring(self) -> Keyring:
        """The keyring; the library behind it is loaded when it is first asked."""
        from hvtree.app.keyring import Keyring  # noqa: PLC0415

        self._given_keyring = self._given_keyring or Keyring()
        return self._given_keyring

    @property
    def keyring_problem(self) -> str:
        """Why no password can be kept on this computer; empty if one can."""
        return self._keyring.problem

    def profiles(self) -> tuple[HostProfile, ...]:
        """Return the saved hosts; raise `BadInput` for settings that are damaged."""
        return self._store.read().hosts

    def last_open(self) -> tuple[HostProfile, ...]:
        """Return the saved hosts that were open last, in their order; raise `BadInput` for settings that are damaged."""
        settings = self._store.read()
        return tuple(found for name in settings.open_hosts if (found := settings.profile(name)) is not None)

    def window(self) -> Mapping[str, Any]:
        """Return how the window was left; nothing if that cannot be read."""
        try:
            return self._store.read().window
        except BadInput:
            return MappingProxyType({})

    async def save(self, profile: HostProfile, secret: Secret | None = None, *, former: str = "") -> None:
        """Save a host, in place of the one called `former`; keep its password if it says so and there is one.

        Raise `HVTreeError` if the settings cannot be written or the keyring refuses; the host is saved in the latter
        case, without the claim that its password is kept.
        """
        before = self._known(former or profile.name)
        self._store.change(lambda settings: _renamed(settings, former, profile.name).with_profile(profile))
        if before is not None and before.in_keyring and not _shares_entry(before, profile):
            await off_loop(lambda: self._keyring.forget(before))
        if profile.in_keyring and secret is not None:
            try:
                await off_loop(lambda: self._keyring.keep(profile, secret))
            except HVTreeError:
                self._store.change(lambda settings: settings.with_profile(replace(profile, in_keyring=False)))
                raise

    async def forget(self, name: str) -> None:
        """Forget a host and its password; raise `BadInput` if there is none, `HVTreeError` if its password stays."""
        profile = self._store.read().profile(name)
        if profile is None:
            raise BadInput(f"There is no saved host ‘{name}’.")
        self._store.change(lambda settings: settings.without_profile(name))
        if profile.in_keyring:
            await off_loop(lambda: self._keyring.forget(profile))

    async def password(self, profile: HostProfile) -> Secret | None:
        """Return the password that is kept for a host, or None."""
        return await off_loop(lambda: self._keyring.find(profile)) if profile.in_keyring else None

    def note_open(self, names: tuple[str, ...]) -> None:
        """Remember which of the saved hosts are open; raise `BadInput`, and change nothing, if that is not possible."""
        self._store.note(
            lambda settings: replace(
                settings, open_hosts=tuple(name for name in names if settings.profile(name) is not None)
            )
        )

    def note_window(self, window: Mapping[str, Any]) -> None:
        """Remember how the window is left; raise `BadInput`, and change nothing, if that is not possible."""
        self._store.note(lambda settings: replace(settings, window=MappingProxyType(dict(window))))

    def _known(self, name: str) -> HostProfile | None:
        try:
            return self._store.read().profile(name)
        except BadInput:
            return None  # the damaged file will be kept beside the new one


def _renamed(settings: Settings, former: str, name: str) -> Settings:
    """Return the settings without the former name of a host; it stays open under the new one."""
    if not former or former.casefold() == name.casefold():
        return settings
    open_hosts = tuple(name if each.casefold() == former.casefold() else each for each in settings.open_hosts)
    return replace(settings.without_profile(former), open_hosts=open_hosts)


def _shares_entry(one: HostProfile, other: HostProfile) -> bool:
    return other.in_keyring and keyring_account(one) == keyring_account(other)
