"""What the tests of opening hosts share: a shelf with saved hosts, two hosts, and the usual waits."""

import ssl

from hvtree.app.credentials import Secret
from hvtree.app.host_book import HostBook
from hvtree.app.keyring import Keyring
from hvtree.app.settings import HostProfile
from hvtree.app.store import Store
from hvtree.domain.errors import AuthenticationFailure
from hvtree.emulator.winrm.certificate import self_signed
from tests.support.keyring_backend import MemoryKeyring

DER = ssl.PEM_cert_to_DER_cert(self_signed().certificate.decode())
RIGHT = Secret("swordfish")
HV01 = HostProfile("hv01", "http://hv01:5985/wsman", "LAB\\admin")
HV02 = HostProfile("hv02", "https://hv02:5986/wsman", "LAB\\admin")


class Shelf:
    """A host book with a keyring of its own."""

    def __init__(self, folder):
        self.path = folder / "settings.json"
        self.backend = MemoryKeyring()
        self.book = self.another()

    def another(self, backend=None):
        """Another book on the same settings, as another run of the program has it."""
        return HostBook(Store(self.path), Keyring(lambda: backend or self.backend))

    def names(self):
        return [profile.name for profile in self.book.profiles()]


def refuse_wrong_passwords(user):
    """Let the host take the right password only."""

    def objection(_profile, secret):
        if secret == RIGHT:
            return None
        return AuthenticationFailure("The host does not accept this password.", code="credentials")

    user.host.objection = objection


def view(user, name="hv01"):
    return user.workspace.host(name)


async def phase(user, wanted, name="hv01"):
    await user.until(lambda: view(user, name).phase is wanted, f"{name} is {wanted}")


async def fill_in(user, *texts):
    """Open the dialog and fill in host, user and password."""
    user.choose_from("Host", "Connect to Host…")
    dialog = await user.dialog()
    for field, text in enumerate(texts):
        dialog.type(text, field)
    return dialog


# What is asked
