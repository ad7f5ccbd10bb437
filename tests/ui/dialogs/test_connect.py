"""Asking for a host: address, user and password."""

from hvtree.app.host_view import ConnectionPhase
from hvtree.domain.errors import AuthenticationFailure
from tests.support.window import AtWindow, WindowUser


def test_connecting_needs_all_three_fields(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.window.start_page.connect_button.click()
        dialog = await user.dialog()
        assert dialog.buttons() == ["Cancel"]
        dialog.type("hv01", 0)
        dialog.type("LAB\\admin", 1)
        assert dialog.button("Connect").toolTip() == "Enter the password first."
        dialog.type("swordfish", 2)
        dialog.press("Connect")
        await user.until(lambda: bool(user.workspace.hosts), "a host")
        (view,) = user.workspace.hosts
        assert view.name == "hv01"
        await user.until(lambda: user.workspace.hosts[0].is_connected, "connected")

    at_window(story, web="base*", connects=False)


def test_a_malformed_address_is_said_in_the_dialog(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.choose_from("Host", "Connect to Host…")
        dialog = await user.dialog()
        for field, text in enumerate(("ftp://hv01", "admin", "x")):
            dialog.type(text, field)
        dialog.press("Connect")
        assert "cannot be used" in dialog.note()
        dialog.press("Cancel")
        assert user.workspace.hosts == ()

    at_window(story, connects=False)


def test_the_password_is_never_shown(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.choose_from("Host", "Connect to Host…")
        dialog = await user.dialog()
        dialog.type("swordfish", 2)
        assert dialog.fields()[2].displayText() != "swordfish"
        dialog.press("Cancel")

    at_window(story, connects=False)


def test_a_refused_password_is_asked_for_again_and_not_repeated(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.host.down = AuthenticationFailure("The host vhost refused the password of admin.")
        user.add_host()
        await user.until(lambda: user.view.phase is ConnectionPhase.FAILED, "failed")
        attempts = user.host.attempts
        await user.quiet()
        user.choose_from("Host", "Reconnect")
        dialog = await user.dialog()
        assert "refused the password" in dialog.note()
        assert user.host.attempts == attempts
        user.host.down = None
        dialog.type("right", 1)
        dialog.press("Connect")
        await user.until(
            lambda: bool(user.workspace.hosts) and user.workspace.hosts[0].is_connected,
            "",
        )

    at_window(story, web="base*", connects=False)
