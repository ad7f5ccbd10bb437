"""A password field beside the details of a host that waits for it, with an offer for hosts of the same user."""

from __future__ import annotations

from msgspec import Struct
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton, QWidget

from hvtree.app.credentials import Secret
from hvtree.ui.format import shown_name
from hvtree.ui.widgets.layouts import in_column, in_row
from hvtree.ui.widgets.wrap_label import WrapLabel

SHARE = "Use it for the other hosts of this user too"
_NAMED_AT_MOST = 3


class PasswordWish(Struct, frozen=True):
    """A host that waits for its password."""

    host_id: str
    user: str
    others: tuple[str, ...] = ()
    """Ids of further hosts that wait for a password of a user of this name."""
    can_keep: bool = False
    """There is a keyring that could keep it."""


class PasswordGiven(Struct, frozen=True):
    """What the user has entered, and for which hosts."""

    host_id: str
    secret: Secret
    keeps: bool
    others: tuple[str, ...]
    """Hosts that it may be used for as well, once the first one has accepted it."""


class PasswordBar(QWidget):
    """Asks for the password of one host; hidden while no host waits for one. What is typed stays through refreshes."""

    given = Signal(object)
    """A `PasswordGiven`."""

    def __init__(self) -> None:
        super().__init__()
        self._wish: PasswordWish | None = None
        self._caption = WrapLabel(is_bold=True)
        self._field = QLineEdit()
        self._field.setEchoMode(QLineEdit.EchoMode.Password)
        self._connect = QPushButton("Connect")
        self._share = QCheckBox(SHARE)
        self._share_hint = WrapLabel(is_muted=True)
        self._keep = QCheckBox("Keep it in the keyring")
        self._field.textChanged.connect(self._check)
        self._field.returnPressed.connect(self._on_connect)
        self._connect.clicked.connect(self._on_connect)
        row = in_row(None, self._field, self._connect, spacing=6)
        parts = (self._caption, row, self._share, self._share_hint, self._keep)
        in_column(self, *parts, margins=(14, 10, 14, 4), spacing=4)
        self.show_wish(None)

    @property
    def is_wanted(self) -> bool:
        """A host waits for its password."""
        return self._wish is not None

    def show_wish(self, wish: PasswordWish | None) -> None:
        """Ask for this host's password; None to ask for none."""
        if wish == self._wish and not self.isHidden():
            return
        if wish is None or self._wish is None or wish.host_id != self._wish.host_id:
            self._field.clear()
            self._share.setChecked(False)
            self._keep.setChecked(False)
        self._wish = wish
        self.setVisible(wish is not None)
        if wish is not None:
            self._say(wish)
        self._check()

    def take_focus(self) -> None:
        """Put the cursor into the field."""
        self._field.setFocus()

    def _say(self, wish: PasswordWish) -> None:
        whose = f"Password of {shown_name(wish.user)} on {shown_name(wish.host_id)}"
        self._caption.setText(whose)
        self._field.setAccessibleName(whose)
        first = shown_name(wish.host_id)
        self._share_hint.setText(f"{_listed(wish.others)}: only after {first} has accepted it.")
        for part in (self._share, self._share_hint):
            part.setVisible(bool(wish.others))
        self._keep.setVisible(wish.can_keep)

    def _check(self) -> None:
        is_empty = not self._field.text()
        self._connect.setEnabled(not is_empty)
        self._connect.setToolTip("Enter the password first." if is_empty else "")

    def _on_connect(self) -> None:
        if self._wish is None or not self._field.text():
            return
        wish = self._wish
        others = wish.others if self._share.isChecked() else ()
        keeps = wish.can_keep and self._keep.isChecked()
        secret = Secret(self._field.text())
        self._field.clear()
        self.given.emit(PasswordGiven(wish.host_id, secret, keeps, others))


def _listed(host_ids: tuple[str, ...]) -> str:
    """Return the names of some hosts in words: "hv02", "hv02 and hv03", "hv02, hv03, hv04 and 5 more"."""
    names = [shown_name(each) for each in host_ids[:_NAMED_AT_MOST]]
    if len(host_ids) > _NAMED_AT_MOST:
        names.append(f"{len(host_ids) - _NAMED_AT_MOST:,} more")
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)
