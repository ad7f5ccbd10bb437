"""Hosts at the window: what is asked and when, what is remembered, and what is tried how often."""

import keyring.backends.fail
from PySide6.QtCore import Qt

from hvtree.app.credentials import Secret
from hvtree.app.host_view import ConnectionPhase
from hvtree.domain.certificate import CertificateFailure
from hvtree.domain.errors import AuthenticationFailure
from hvtree.domain.host_profile import HostProfile
from hvtree.hosts.winrm.certificates import certificate_of
from hvtree.values import replace
from tests.support.opening import DER, HV01, HV02, RIGHT, Shelf, fill_in, phase, refuse_wrong_passwords, view
from tests.support.window import AtBook, WindowUser


def test_a_host_is_remembered_and_its_password_is_not(at_book: AtBook, shelf: Shelf) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await fill_in(user, "hv01", "LAB\\admin", "swordfish")
        dialog.press("Connect")
        await phase(user, ConnectionPhase.CONNECTED)
        assert shelf.names() == ["hv01"]
        assert "swordfish" not in shelf.path.read_text()
        assert shelf.backend.entries == {}

    at_book(story)


def test_a_password_goes_into_the_keyring_if_the_user_says_so(at_book: AtBook, shelf: Shelf) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await fill_in(user, "hv01", "LAB\\admin", "swordfish")
        dialog.tick("Keep the password in the keyring")
        dialog.press("Connect")
        await phase(user, ConnectionPhase.CONNECTED)
        assert list(shelf.backend.entries.values()) == ["swordfish"]
        assert "swordfish" not in shelf.path.read_text()

    at_book(story)


def test_where_there_is_no_keyring_it_is_said_and_not_offered(at_book: AtBook, shelf: Shelf) -> None:
    async def story(user: WindowUser) -> None:
        user.choose_from("Host", "Connect to Host…")
        dialog = await user.dialog()
        assert "This computer has no keyring" in dialog.all_text()
        assert dialog.boxes() == ["Remember this host"]
        dialog.press("Cancel")

    at_book(story, book=shelf.another(keyring.backends.fail.Keyring()))


def test_tls_port_and_login_make_the_address(at_book: AtBook, shelf: Shelf) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await fill_in(user, "fe80::1%eth0", "LAB\\admin", "swordfish")
        dialog.unfold("More options")
        dialog.choose("Basic: local accounts (TLS only)")
        dialog.type("8443", 4)
        assert "https://[fe80::1%25eth0]:8443/wsman" in dialog.all_text()
        dialog.press("Connect")
        await phase(user, ConnectionPhase.CONNECTED, "fe80::1%eth0")
        (profile,) = shelf.book.profiles()
        assert (profile.transport, profile.endpoint) == ("basic", "https://[fe80::1%25eth0]:8443/wsman")

    at_book(story)


def test_this_computer_needs_no_address_and_no_password(at_book: AtBook, shelf: Shelf) -> None:
    async def story(user: WindowUser) -> None:
        user.choose_from("Host", "Connect to Host…")
        dialog = await user.dialog()
        dialog.choose("This computer")
        assert dialog.fields() == []
        dialog.press("Connect")
        await phase(user, ConnectionPhase.CONNECTED, "This computer")
        assert user.host.logins[0][0].is_local

    at_book(story)


def test_a_saved_host_can_be_chosen(at_book: AtBook, shelf: Shelf) -> None:
    async def story(user: WindowUser) -> None:
        await shelf.book.save(HV02)
        user.choose_from("Host", "Connect to Host…")
        dialog = await user.dialog()
        dialog.choose("hv02")
        assert dialog.fields()[0].text() == "hv02"
        dialog.type("swordfish", 2)
        dialog.press("Connect")
        await phase(user, ConnectionPhase.CONNECTED, "hv02")
        assert user.host.logins[0][0] == HV02

    at_book(story)


def test_an_edited_host_is_connected_anew_and_keeps_its_row(at_book: AtBook, shelf: Shelf) -> None:
    async def story(user: WindowUser) -> None:
        await shelf.book.save(HV01)
        user.window.hosts.add(HV01, RIGHT)
        await phase(user, ConnectionPhase.CONNECTED)
        await user.quiet()
        user.choose_from("Host", "Edit Host…")
        dialog = await user.dialog()
        assert dialog.title == "Edit Host"
        dialog.type("LAB\\other", 1)
        dialog.type("swordfish", 2)
        dialog.press("Save and Connect")
        await user.until(lambda: len(user.host.logins) == 2, "the second login")
        await phase(user, ConnectionPhase.CONNECTED)
        assert user.host.logins[1][0].user == "LAB\\other"
        assert [profile.user for profile in shelf.book.profiles()] == ["LAB\\other"]

    at_book(story)


# Passwords


def test_a_refused_password_is_asked_for_once_by_itself_and_tried_only_when_it_is_another(
    at_book: AtBook, shelf: Shelf
) -> None:
    async def story(user: WindowUser) -> None:
        refuse_wrong_passwords(user)
        user.window.hosts.add(HV01, Secret("wrong"))
        dialog = await user.dialog()
        assert dialog.title == "Password"
        assert "does not accept" in dialog.note()
        assert dialog.buttons() == ["Cancel"]
        dialog.type("swordfish", 1)
        dialog.press("Connect")
        await phase(user, ConnectionPhase.CONNECTED)
        assert [secret.reveal() for _, secret in user.host.logins] == ["wrong", "swordfish"]

    at_book(story)


def test_after_a_cancel_nobody_is_asked_again_and_nothing_is_tried_until_the_user_wants(
    at_book: AtBook, shelf: Shelf
) -> None:
    async def story(user: WindowUser) -> None:
        refuse_wrong_passwords(user)
        user.window.hosts.add(HV01, Secret("wrong"))
        (await user.dialog()).press("Cancel")
        user.workspace.refresh("hv01")
        await user.quiet()
        assert user.open_dialogs() == []
        assert len(user.host.logins) == 1
        user.choose_from("Host", "Reconnect")
        dialog = await user.dialog()
        assert dialog.title == "Password"
        dialog.press("Cancel")
        assert len(user.host.logins) == 1

    at_book(story)


def test_a_password_that_is_refused_later_is_asked_for_then(at_book: AtBook, shelf: Shelf) -> None:
    async def story(user: WindowUser) -> None:
        user.window.hosts.add(HV01, RIGHT)
        await phase(user, ConnectionPhase.CONNECTED)
        before = view(user).state
        user.host.objection = lambda _p, _s: AuthenticationFailure("It has expired.", code="credentials")
        user.host.lose()
        dialog = await user.dialog()
        assert "It has expired" in dialog.note()
        dialog.press("Cancel")
        assert view(user).phase is ConnectionPhase.FAILED
        assert view(user).state is before

    at_book(story)


def test_a_new_password_replaces_the_one_in_the_keyring(at_book: AtBook, shelf: Shelf) -> None:
    async def story(user: WindowUser) -> None:
        profile = replace(HV01, in_keyring=True)
        await shelf.book.save(profile, Secret("wrong"))
        refuse_wrong_passwords(user)
        await user.window.hosts.reopen()
        dialog = await user.dialog()
        dialog.type("swordfish", 1)
        dialog.press("Connect")
        await phase(user, ConnectionPhase.CONNECTED)
        assert list(shelf.backend.entries.values()) == ["swordfish"]

    shelf.path.write_text(
        '{"hosts": [{"name": "hv01", "endpoint": "http://hv01:5985/wsman"}], "open": ["hv01"]}'
    )
    at_book(story)


def test_several_hosts_ask_one_after_the_other(at_book: AtBook, shelf: Shelf) -> None:
    async def story(user: WindowUser) -> None:
        refuse_wrong_passwords(user)
        for name in ("one", "two", "three"):
            user.window.hosts.add(replace(HV01, name=name, user=name), Secret("wrong"))
        for left in (3, 2, 1):
            dialog = await user.dialog()
            await user.quiet()
            assert len(user.open_dialogs()) == 1, left
            dialog.press("Cancel")
        await user.quiet()
        assert user.open_dialogs() == []

    at_book(story)


# Certificates


def test_an_unknown_certificate_is_shown_and_pinned_on_a_yes(at_book: AtBook, shelf: Shelf) -> None:
    async def story(user: WindowUser) -> None:
        shown = certificate_of(DER)

        def objection(profile: HostProfile, _secret: Secret) -> CertificateFailure | None:
            if profile.fingerprint == shown.fingerprint:
                return None
            return CertificateFailure("The certificate is not trusted.", shown, why="It is self-signed.")

        user.host.objection = objection
        await shelf.book.save(HV02)
        user.window.hosts.add(HV02, RIGHT)
        dialog = await user.dialog()
        assert dialog.title == "Certificate"
        assert dict(dialog.widget.rows())["SHA-256"] == shown.fingerprint
        assert dialog.default_button() == "Cancel"
        dialog.press("Trust This Certificate")
        await phase(user, ConnectionPhase.CONNECTED, "hv02")
        assert shelf.book.profiles()[0].fingerprint == shown.fingerprint

    at_book(story)


def test_a_certificate_that_has_changed_names_both_and_cancel_keeps_the_former(
    at_book: AtBook, shelf: Shelf
) -> None:
    async def story(user: WindowUser) -> None:
        shown, former = certificate_of(DER), "AA:" * 31 + "AA"
        pinned = replace(HV02, fingerprint=former)
        await shelf.book.save(pinned)
        user.host.objection = lambda _p, _s: CertificateFailure("It is another.", shown, trusted=former)
        user.window.hosts.add(pinned, RIGHT)
        dialog = await user.dialog()
        rows = dict(dialog.widget.rows())
        assert (rows["SHA-256"], rows["Trusted so far"]) == (shown.fingerprint, former)
        dialog.key(Qt.Key.Key_Return)
        await user.quiet()
        assert user.open_dialogs() == []
        assert view(user, "hv02").phase is ConnectionPhase.FAILED
        assert shelf.book.profiles()[0].fingerprint == former
        assert len(user.host.logins) == 1

    at_book(story)


# What is remembered
