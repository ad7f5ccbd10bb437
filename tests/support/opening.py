"""What the tests of opening hosts share: saved hosts, two profiles, and the usual waits."""

import ssl
from pathlib import Path

from keyring.backend import KeyringBackend

from hvtree.app.credentials import Secret
from hvtree.app.host_book import HostBook
from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.app.keyring import Keyring
from hvtree.app.settings_file import Store
from hvtree.domain.errors import AuthenticationFailure
from hvtree.domain.host_profile import HostProfile
from hvtree.emulator.winrm.certificate import self_signed
from tests.support.dialog_user import DialogUser
from tests.support.keyring_backend import MemoryKeyring
from tests.support.window import WindowUser

DER = ssl.PEM_cert_to_DER_cert(self_signed().certificate.decode())
RIGHT = Secret("swordfish")
HV01 = HostProfile("hv01", "http://hv01:5985/wsman", "LAB\\admin")
HV02 = HostProfile("hv02", "https://hv02:5986/wsman", "LAB\\admin")


class Shelf:
    """A host book with a keyring of its own."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "settings.json"
        self.backend = MemoryKeyring()
        self.book = self.another()

    def another(self, backend: KeyringBackend | None = None) -> HostBook:
        """Another book on the same settings, as another run of the program has it."""
        return HostBook(Store(self.path), Keyring(lambda: backend or self.backend))

    def names(self) -> list[str]:
        return [profile.name for profile in self.book.profiles()]


def refuse_wrong_passwords(user: WindowUser) -> None:
    """Let the host take the right password only."""

    def objection(_profile: HostProfile, secret: Secret) -> AuthenticationFailure | None:
        if secret == RIGHT:
            return None
        return AuthenticationFailure("The host does not accept this password.", code="credentials")

    user.host.objection = objection


def view(user: WindowUser, name: str = "hv01") -> HostView:
    return user.workspace.host(name)


async def phase(user: WindowUser, wanted: ConnectionPhase, name: str = "hv01") -> None:
    await user.until(lambda: view(user, name).phase is wanted, f"{name} is {wanted}")


async def fill_in(user: WindowUser, *texts: str) -> DialogUser:
    """Open the dialog and fill in host, user and password."""
    user.choose_from("Host", "Connect to Host…")
    dialog = await user.dialog()
    for field, text in enumerate(texts):
        dialog.type(text, field)
    return dialog
