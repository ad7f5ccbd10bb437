"""The connection doctor's window: live steps, the report, a host that failed, and an end in the middle."""

from collections.abc import Callable

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton

from hvtree.app.host_view import ConnectionPhase
from hvtree.ui.dialogs.doctor import DoctorDialog
from hvtree.ui.widgets.code_box import CodeBox
from hvtree.ui.widgets.disclosure import Disclosure
from tests.support.doctor_window import DoctorUser, at_doctor_window, examined
from tests.support.examined_host import examined_host
from tests.support.hostile_names import EVIL, FORGED, evil_world
from tests.support.narrowing import not_none
from tests.support.remote_host import PASSWORD, USER
from tests.support.shown_texts import leaks


@pytest.fixture
def tell(application: QApplication) -> Callable[..., None]:
    return lambda story: at_doctor_window(application, story)


def press(dialog: DoctorDialog, caption: str) -> None:
    button = next(b for b in dialog.findChildren(QPushButton) if b.text().replace("&", "") == caption)
    assert button.isEnabled(), caption
    button.click()


def test_every_step_is_shown_while_it_is_tried_and_the_report_can_be_copied(
    tell: Callable[..., None],
) -> None:
    async def story(user: DoctorUser) -> None:
        await user.open_host(target.host.endpoint.url, USER, PASSWORD, ConnectionPhase.CONNECTED)
        dialog = user.choose_doctor()
        assert not dialog.isModal()
        assert all(text.startswith(("WAITING", "RUNNING")) for text in dialog.pane.texts())
        assert "Trying" in dialog.verdict()
        await examined(dialog)
        assert dialog.verdict() == "The connection works."
        assert "DONE: Authentication: NTLM was accepted" in "\n".join(dialog.pane.texts())
        press(dialog, "Copy Report")
        report = QGuiApplication.clipboard().text()
        assert report.startswith("HVTree connection report")
        assert PASSWORD not in report
        press(dialog, "Close")

    with examined_host() as target:
        tell(story)


def test_a_host_that_failed_can_be_examined_and_the_reason_is_the_first_thing_seen(
    tell: Callable[..., None],
) -> None:
    async def story(user: DoctorUser) -> None:
        await user.open_host(target.host.endpoint.url, USER, PASSWORD, ConnectionPhase.FAILED)
        dialog = user.choose_doctor()
        await examined(dialog)
        assert "Remote shell and its quota failed" in dialog.verdict()
        shown = "\n".join(dialog.pane.texts())
        assert "FAILED: Remote shell and its quota" in shown
        assert "SKIPPED: HVTree's agent: Not reached." in shown
        commands = [box.code() for box in dialog.findChildren(CodeBox)]
        assert any("MaxShellsPerUser" in command for command in commands)
        press(dialog, "Close")

    with examined_host("quota") as target:
        tell(story)


def test_the_raw_words_of_the_host_are_one_click_away(tell: Callable[..., None]) -> None:
    async def story(user: DoctorUser) -> None:
        await user.open_host(target.host.endpoint.url, USER, PASSWORD, ConnectionPhase.FAILED)
        dialog = user.choose_doctor()
        await examined(dialog)
        raw = next(d for d in dialog.findChildren(Disclosure) if d.button.text() == "Show details")
        raw.open()
        assert "WSManFault" in not_none(raw.findChild(CodeBox)).code()
        press(dialog, "Close")

    with examined_host("denied") as target:
        tell(story)


def test_a_refused_password_is_not_sent_again_by_the_doctor(tell: Callable[..., None]) -> None:
    async def story(user: DoctorUser) -> None:
        await user.open_host(target.host.endpoint.url, USER, "wrong", ConnectionPhase.FAILED)
        dialog = user.choose_doctor()
        await examined(dialog)
        assert "FAILED: Authentication" in "\n".join(dialog.pane.texts())
        press(dialog, "Run Again")
        await examined(dialog)
        assert target.host.count("denied") == 1
        press(dialog, "Close")

    with examined_host() as target:
        tell(story)


def test_closing_the_window_in_the_middle_ends_the_examination(tell: Callable[..., None]) -> None:
    async def story(user: DoctorUser) -> None:
        await user.open_host(target.host.endpoint.url, USER, PASSWORD, ConnectionPhase.CONNECTED)
        target.host.connection_faults.is_silent = True
        dialog = user.choose_doctor()
        press(dialog, "Close")
        assert user.doctors() == []

    with examined_host() as target:
        tell(story)


def test_closing_the_program_in_the_middle_ends_the_examination(tell: Callable[..., None]) -> None:
    async def story(user: DoctorUser) -> None:
        await user.open_host(target.host.endpoint.url, USER, PASSWORD, ConnectionPhase.CONNECTED)
        user.choose_doctor()

    with examined_host("slow-line") as target:
        tell(story)


def test_there_is_one_window_for_each_host(tell: Callable[..., None]) -> None:
    async def story(user: DoctorUser) -> None:
        await user.open_host(target.host.endpoint.url, USER, PASSWORD, ConnectionPhase.CONNECTED)
        first = user.choose_doctor()
        user.choose_doctor()
        assert user.doctors() == [first]
        await examined(first)
        press(first, "Close")

    with examined_host() as target:
        tell(story)


def test_a_host_is_healthy_again_once_the_trouble_is_gone(tell: Callable[..., None]) -> None:
    async def story(user: DoctorUser) -> None:
        await user.open_host(target.host.endpoint.url, USER, PASSWORD, ConnectionPhase.FAILED)
        dialog = user.choose_doctor()
        await examined(dialog)
        target.host.connection_faults.most_shells = None
        press(dialog, "Run Again")
        await examined(dialog)
        assert dialog.verdict() == "The connection works."
        press(dialog, "Close")

    with examined_host("quota") as target:
        tell(story)


@pytest.mark.parametrize("problem", [(), ("quota",)])
def test_the_name_of_a_host_does_nothing_in_the_window_and_in_its_report(
    tell: Callable[..., None], problem: tuple[str, ...]
) -> None:
    async def story(user: DoctorUser) -> None:
        phase = ConnectionPhase.FAILED if problem else ConnectionPhase.CONNECTED
        await user.open_host(target.host.endpoint.url, USER, PASSWORD, phase, EVIL)
        dialog = user.choose_doctor()
        assert leaks() == set()
        await examined(dialog)
        assert leaks() == set()
        press(dialog, "Copy Report")
        report = QGuiApplication.clipboard().text()
        assert FORGED not in map(str.strip, report.splitlines())
        assert not {"\x1b", "\u202e", "\u200b"} & set(report)
        press(dialog, "Close")

    with examined_host(*problem, world=evil_world()) as target:
        tell(story)
