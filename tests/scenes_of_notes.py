"""Scenes about passports and locks, for `scenes`."""

from __future__ import annotations

from PySide6.QtGui import QPixmap

from hvtree.app.author import Signer
from hvtree.domain.passport import Passport
from tests.support.pictures import with_dialog
from tests.support.window import WindowUser


async def passport(user: WindowUser) -> QPixmap:
    """Why it is taken, for which ticket, until when, and the lock: in the notes of the new checkpoint."""
    user.workspace.signer = Signer("CORP\\anna")
    await user.open_host()
    user.select("SQL-PROD-01")
    user.choose("Checkpoint…")
    dialog = await user.dialog()
    for field, text in enumerate(("Before CU14", "Before patching", "CHG-4711")):
        dialog.type(text, field)
    dialog.tick("Keep until")
    dialog.tick("Lock")
    return await with_dialog(user)


async def locked(user: WindowUser) -> QPixmap:
    """A checkpoint that another admin locks while its deletion is looked at: who, why, and what to do."""
    await user.open_host()
    user.select("WEB-FRONT-01", "shop 3.2")
    user.choose("Delete Checkpoint Subtree…")
    await user.dialog()
    note = Passport("Rollback for the launch", "CHG-4711", is_locked=True, author="CORP\\anna").line
    user.host.hyperv.set_vm_snapshot_notes({user.ref("WEB-FRONT-01", "hotfix 3.2.1").checkpoint_id: note})
    await user.until(
        lambda: any(each.is_locked for each in user.vm("WEB-FRONT-01").checkpoints), "it is locked"
    )
    return await with_dialog(user)
