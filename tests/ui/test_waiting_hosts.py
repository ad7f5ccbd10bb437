"""Hosts that wait for their password: neutral, with a field for it in place, one password for the hosts of a user."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit

from hvtree.app.host_view import ConnectionPhase
from hvtree.domain.errors import AuthenticationFailure, ConnectionFailure
from hvtree.domain.host_profile import HostProfile
from hvtree.ui.models.columns import Column
from hvtree.ui.views.password_bar import SHARE, PasswordBar
from hvtree.ui.widgets.banner import Tone
from tests.support.narrowing import not_none
from tests.support.opening import HV01, HV02, RIGHT, Shelf, fill_in, phase, refuse_wrong_passwords, view
from tests.support.window import AtBook, WindowUser

HV03 = HostProfile("hv03", "http://hv03:5985/wsman", "lab\\Admin")
OTHER = HostProfile("other", "http://other:5985/wsman", "LAB\\bob")


class Bar:
    """The password field beside the details, and what a user does with it."""

    def __init__(self, user: WindowUser) -> None:
        self.bar = not_none(user.window.details.findChild(PasswordBar))
        self.field = not_none(self.bar.findChild(QLineEdit))

    @property
    def is_shown(self) -> bool:
        return self.bar.isVisible()

    def offer(self) -> QCheckBox:
        (found,) = (each for each in self.bar.findChildren(QCheckBox) if each.text() == SHARE)
        return found

    def enter(self, password: str) -> None:
        self.field.setText(password)
        QTest.keyClick(self.field, Qt.Key.Key_Return)


def reds_in(user: WindowUser) -> list[QColor]:
    """Return the pixels of the first rows that look red."""
    area = user.window.tree.viewport().grab(QRect(0, 0, 900, 80)).toImage()
    pixels = (area.pixelColor(x, y) for x in range(area.width()) for y in range(area.height()))
    return [each for each in pixels if each.red() > 60 + max(each.green(), each.blue())]


async def reopen(user: WindowUser, shelf: Shelf, *profiles: HostProfile) -> Bar:
    """Start with saved hosts, the first of them selected."""
    for profile in profiles:
        await shelf.book.save(profile)
    shelf.book.note_open(tuple(profile.name for profile in profiles))
    await user.window.hosts.reopen()
    await user.quiet()
    user.window.tree.select(user.window.model.index_of_host(profiles[0].name))
    await user.quiet()
    return Bar(user)


def test_a_host_that_waits_for_its_password_is_neutral_with_a_field_in_place(
    at_book: AtBook, shelf: Shelf
) -> None:
    async def story(user: WindowUser) -> None:
        bar = await reopen(user, shelf, HV01)
        assert bar.is_shown
        assert not_none(user.window.details.details.notice).tone is Tone.INFO
        row = user.window.model.index_of_host("hv01")
        assert row.siblingAtColumn(Column.STATE).data() == "Password wanted"
        assert user.status()[0] == "hv01: Password wanted"
        user.window.tree.clearSelection()
        assert not reds_in(user)
        assert user.host.logins == []

    at_book(story)


def test_a_host_that_cannot_be_reached_is_red(at_book: AtBook, shelf: Shelf) -> None:
    async def story(user: WindowUser) -> None:
        user.host.down = ConnectionFailure("The host is off.")
        bar = await reopen(user, shelf, HV01)
        bar.enter("swordfish")
        await user.until(lambda: view(user).retry_at_utc is not None, "a time to try again")
        user.window.tree.clearSelection()
        assert reds_in(user)

    at_book(story)


def test_enter_in_the_field_connects(at_book: AtBook, shelf: Shelf) -> None:
    async def story(user: WindowUser) -> None:
        bar = await reopen(user, shelf, HV01)
        bar.enter("swordfish")
        await phase(user, ConnectionPhase.CONNECTED)
        await user.quiet()
        assert not bar.is_shown
        assert [(profile.name, secret) for profile, secret in user.host.logins] == [("hv01", RIGHT)]

    at_book(story)


def test_enter_and_a_double_click_on_the_row_go_to_the_field(at_book: AtBook, shelf: Shelf) -> None:
    async def story(user: WindowUser) -> None:
        bar = await reopen(user, shelf, HV01)
        await user.key(Qt.Key.Key_Return)
        assert bar.field.hasFocus()
        tree = user.window.tree
        tree.setFocus()
        place = tree.visualRect(user.window.model.index_of_host("hv01")).center()
        QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
        QTest.mouseDClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert bar.field.hasFocus()

    at_book(story)


def test_a_password_is_used_for_other_hosts_only_if_the_user_says_so(at_book: AtBook, shelf: Shelf) -> None:
    async def story(user: WindowUser) -> None:
        bar = await reopen(user, shelf, HV01, HV02, HV03, OTHER)
        assert bar.offer().isVisible()
        assert not bar.offer().isChecked()
        bar.enter("swordfish")
        await phase(user, ConnectionPhase.CONNECTED)
        await user.quiet()
        assert [profile.name for profile, _ in user.host.logins] == ["hv01"]
        assert view(user, "hv02").wants_password

    at_book(story)


def test_one_password_opens_all_waiting_hosts_of_its_user_and_no_others(
    at_book: AtBook, shelf: Shelf
) -> None:
    async def story(user: WindowUser) -> None:
        bar = await reopen(user, shelf, HV01, HV02, HV03, OTHER)
        bar.offer().setChecked(True)
        bar.enter("swordfish")
        for name in ("hv01", "hv02", "hv03"):
            await phase(user, ConnectionPhase.CONNECTED, name)
        assert [profile.name for profile, _ in user.host.logins] == ["hv01", "hv02", "hv03"]
        assert view(user, "other").wants_password

    at_book(story)


def test_a_refused_password_is_tried_on_no_other_host(at_book: AtBook, shelf: Shelf) -> None:
    async def story(user: WindowUser) -> None:
        refuse_wrong_passwords(user)
        bar = await reopen(user, shelf, HV01, HV02, HV03)
        bar.offer().setChecked(True)
        bar.enter("wrong")
        (await user.dialog()).press("Cancel")
        await user.quiet()
        assert [profile.name for profile, _ in user.host.logins] == ["hv01"]
        assert view(user, "hv02").wants_password

    at_book(story)


def test_a_password_that_one_of_them_refuses_goes_to_no_further_host(at_book: AtBook, shelf: Shelf) -> None:
    async def story(user: WindowUser) -> None:
        refused = AuthenticationFailure("The host does not accept this password.", code="credentials")
        user.host.objection = lambda profile, _secret: None if profile.name == "hv01" else refused
        bar = await reopen(user, shelf, HV01, HV02, HV03)
        bar.offer().setChecked(True)
        bar.enter("swordfish")
        (await user.dialog()).press("Cancel")
        await user.quiet()
        assert [profile.name for profile, _ in user.host.logins] == ["hv01", "hv02"]
        assert view(user, "hv03").wants_password

    at_book(story)


def test_a_host_that_was_never_reached_is_not_remembered(at_book: AtBook, shelf: Shelf) -> None:
    async def story(user: WindowUser) -> None:
        await user.window.hosts.reopen()
        user.host.down = ConnectionFailure("There is no such host.")
        (await fill_in(user, "tpyo", "LAB\\admin", "swordfish")).press("Connect")
        await phase(user, ConnectionPhase.FAILED, "tpyo")
        assert shelf.names() == []
        user.host.down = None
        user.workspace.reconnect("tpyo")
        await phase(user, ConnectionPhase.CONNECTED, "tpyo")
        await user.until(lambda: shelf.names() == ["tpyo"], "it is remembered")
        assert [profile.name for profile in shelf.book.last_open()] == ["tpyo"]

    at_book(story)
