"""What the details say of each kind of selection."""

from datetime import timedelta

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTextBrowser

from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.domain.address import VmAddress
from hvtree.domain.errors import ConnectionFailure
from hvtree.domain.model import Activity, HostState, VmState, Volume
from hvtree.ui.selection import Selection
from hvtree.ui.theme import LIGHT
from hvtree.ui.views.details_describe import describe
from hvtree.ui.views.details_html import page
from hvtree.ui.views.details_values import Details, Link
from hvtree.ui.widgets.banner import Tone
from hvtree.values import replace
from tests.support import trees
from tests.support.dialog_user import plain
from tests.support.narrowing import not_none
from tests.support.window import AtWindow, WindowUser
from tests.ui.models.vms import checkpoint_address

STATE = trees.lab(web=trees.vm("base(p1~(p2*) p3)", "web", notes="Shop."), db="x*")
VIEW = HostView("vhost", "vhost", ConnectionPhase.CONNECTED, STATE, mode="in memory")
NOW = trees.READ_AT + timedelta(minutes=1)


def of(selection: Selection, view: HostView = VIEW) -> Details:
    return describe(selection, (view,), NOW, links_of)


def links_of(_view: HostView) -> tuple[Link, ...]:
    return (Link("host.reconnect", "Connect again now"),)


def all_vms(state: HostState) -> Selection:
    return Selection(vms=tuple(VmAddress("vhost", vm_id) for vm_id in state.vms))


def facts(details: Details) -> dict[str, str]:
    return {label: plain(value) for label, value in details.facts}


def checkpoint(name: str) -> Details:
    return of(Selection(checkpoints=(checkpoint_address(STATE, "web", name, "vhost"),)))


def test_nothing_is_said_to_be_selected() -> None:
    assert of(Selection()).title == "Nothing is selected"


def test_a_host_warns_of_volumes_that_are_nearly_full() -> None:
    full = replace(
        STATE, volumes=(Volume("C:", 100 * trees.GB, trees.GB), Volume("D:", 1000 * trees.GB, 500 * trees.GB))
    )
    notice = of(Selection(hosts=("vhost",)), replace(VIEW, state=full)).notice
    assert not_none(notice).text == "Volume C: is nearly full."
    assert of(Selection(hosts=("vhost",))).notice is None


def test_a_volume_without_any_space_is_full_and_not_nearly_full() -> None:
    volumes = (Volume("C:", 100 * trees.GB, trees.GB), Volume("D:", 1000 * trees.GB, 0))
    notice = not_none(
        of(Selection(hosts=("vhost",)), replace(VIEW, state=replace(STATE, volumes=volumes))).notice
    )
    assert (notice.tone, notice.text) == (Tone.DANGER, "Volume D: is full. Volume C: is nearly full.")


def test_a_vm_that_stopped_because_its_volume_is_full_says_which() -> None:
    critical = replace(trees.vm("a*", "web"), state=VmState.PAUSED_CRITICAL)
    state = replace(trees.lab(web=critical), volumes=(Volume("C:", 9, 0), Volume("D:", 9 * trees.GB, 0)))
    notice = not_none(of(all_vms(state), replace(VIEW, state=state)).notice)
    assert notice.more.startswith("Volume D: is full.")


@pytest.mark.parametrize(("length", "tone"), [(41, Tone.WARNING), (50, Tone.WARNING), (51, Tone.DANGER)])
def test_a_vm_near_its_limit_and_one_beyond_it_are_told_apart(length: int, tone: Tone) -> None:
    deep = trees.vm("(".join(f"c{number}" for number in range(length)) + ")" * (length - 1), "web")
    state = trees.lab(web=deep)
    notice = not_none(of(all_vms(state), replace(VIEW, state=state)).notice)
    assert (notice.tone, notice.text) == (tone, f"{length} checkpoints of 50 at most.")


def test_a_recovery_checkpoint_offers_no_revert_that_is_refused() -> None:
    state = trees.lab(web="a(b:Recovery*)", db="a(b*)")
    view = replace(VIEW, state=state)
    backup = Selection(checkpoints=(checkpoint_address(state, "web", "b", "vhost"),))
    notice = not_none(of(backup, view).notice)
    assert notice.text == "The VM runs on this checkpoint."
    assert notice.more.startswith("It cannot be reverted to now: ")
    usual = Selection(checkpoints=(checkpoint_address(state, "db", "b", "vhost"),))
    assert not_none(of(usual, view).notice).more == "Revert takes it back here."


def test_a_host_in_another_zone_and_its_checkpoints_say_both_times() -> None:
    view = replace(VIEW, state=replace(STATE, utc_offset=timedelta(hours=-8)))
    chosen = Selection(checkpoints=(checkpoint_address(STATE, "web", "base", "vhost"),))
    created = "2026-09-21 12:00 here, 04:00 on the host (UTC−8) · 3 days ago"
    assert facts(of(chosen, view))["Created"] == created
    assert facts(of(Selection(hosts=("vhost",)), view))["Its clock"] == "04:01 (UTC−8)"
    assert "Its clock" not in facts(of(Selection(hosts=("vhost",))))


def test_a_vm_says_what_its_now_is_worth() -> None:
    said = facts(of(Selection(nows=(VmAddress("vhost", trees.id_of("web")),))))
    assert said["Now"] == "based on ‘p2’, 1 GB changed in 2 days"


def test_a_checkpoint_says_in_which_state_its_vm_would_be() -> None:
    assert facts(checkpoint("p1"))["After Apply"].startswith("Saved")
    assert facts(checkpoint("p3"))["After Apply"].startswith("Off")


def test_the_path_leads_from_the_root_to_here() -> None:
    assert [plain(stop.name) for stop in checkpoint("p1").path] == ["base", "p1"]


def test_the_checkpoint_that_the_vm_runs_on_leads_on_to_now() -> None:
    path = checkpoint("p2").path
    assert [plain(stop.name) for stop in path] == ["base", "p1", "p2", "Now"]
    assert path[-1].is_now


def test_the_read_write_file_of_a_vm_is_marked_and_no_other() -> None:
    (chain,) = of(Selection(vms=(VmAddress("vhost", trees.id_of("web")),))).chains
    assert [row.is_read_write for row in chain] == [False, False, False, True]
    assert chain[-1].use == "read-write: Now"


def test_all_files_of_a_checkpoint_are_read_only() -> None:
    (chain,) = checkpoint("p1").chains
    assert not any(row.is_read_write for row in chain)
    assert plain(chain[-1].use) == "read-only: frozen by ‘p1’"


def test_now_is_described_as_its_vm() -> None:
    assert of(Selection(nows=(VmAddress("vhost", trees.id_of("web")),))) == of(
        Selection(vms=(VmAddress("vhost", trees.id_of("web")),))
    )


def test_several_checkpoints_are_summed_up() -> None:
    chosen = tuple(checkpoint_address(STATE, "web", name, "vhost") for name in ("p1", "p3"))
    details = of(Selection(checkpoints=chosen))
    assert details.title == "2 checkpoints selected"
    assert facts(details)["Of VMs"] == "1 VM"


def test_several_vms_are_counted_by_state() -> None:
    details = of(all_vms(STATE))
    assert facts(details)["States"] == "2 Off"


def test_a_host_counts_its_vms_checkpoints_and_free_space() -> None:
    said = facts(of(Selection(hosts=("vhost",))))
    assert said["Virtual machines"].startswith("2 VMs")
    assert said["Checkpoints"] == "5"
    assert any("free of" in value for value in said.values())


def test_a_vm_and_its_host_say_what_is_frozen_and_what_grows() -> None:
    state = trees.lab(web=trees.log_collector())
    view = replace(VIEW, state=state)
    for selection in (all_vms(state), Selection(hosts=("vhost",))):
        assert facts(of(selection, view))["On disk"] == (
            "113 GB: 72 KB in 1 checkpoint, 113 GB written since (Now)"
        )


def test_what_is_gone_counts_as_not_selected() -> None:
    assert of(Selection(vms=(VmAddress("vhost", "gone"),))).title == "Nothing is selected"


def test_a_critical_vm_is_warned_about() -> None:
    state = trees.lab(web=trees.vm("base*", "web", state=VmState.PAUSED_CRITICAL))
    view = HostView("vhost", "vhost", ConnectionPhase.CONNECTED, state)
    notice = of(all_vms(state), view).notice
    assert "critical" in not_none(notice).text


def test_what_the_host_does_with_a_vm_is_said_first() -> None:
    state = trees.lab(web=trees.vm("base*", "web", activity=Activity.MERGING, percent=40))
    view = HostView("vhost", "vhost", ConnectionPhase.CONNECTED, state)
    assert "Merging disks 40" in not_none(of(all_vms(state), view).notice).text


def test_a_lost_connection_is_said_above_the_last_reading() -> None:
    lost = HostView(
        "vhost", "vhost", ConnectionPhase.STALE, STATE, error=ConnectionFailure("The cable is out.")
    )
    details = of(Selection(vms=(VmAddress("vhost", trees.id_of("web")),)), lost)
    notice = not_none(details.notice)
    assert notice.text == "The cable is out."
    assert notice.links == (Link("host.reconnect", "Connect again now"),)


def test_a_path_of_a_thousand_checkpoints_is_cut_at_its_root() -> None:
    deep = trees.vm("".join(f"c{n}(" for n in range(999)) + "c999*" + ")" * 999, "web")
    state = trees.lab(web=deep)
    details = of(all_vms(state), HostView("vhost", "vhost", ConnectionPhase.CONNECTED, state))
    assert details.path[0].name == "… 970 checkpoints above"
    assert len(details.path) == 32


def test_a_chain_of_a_thousand_files_keeps_its_root_and_its_read_write_file() -> None:
    deep = trees.vm("".join(f"c{n}(" for n in range(999)) + "c999*" + ")" * 999, "web")
    state = trees.lab(web=deep)
    view = HostView("vhost", "vhost", ConnectionPhase.CONNECTED, state)
    (chain,) = of(Selection(vms=(VmAddress("vhost", deep.id),)), view).chains
    assert chain[0].name == "web.vhdx"
    assert chain[1].name == "… 972 files between"
    assert chain[-1].is_read_write
    assert sum(row.size_bytes or 0 for row in chain) == sum(file.size_bytes for file in deep.files)


def test_a_checkpoint_of_the_path_can_be_clicked(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        await user.quiet()
        click(user, "path:0")
        assert user.selection.checkpoints == (user.address("web", "base"),)

    at_window(story, web="base(p1*)")


def test_the_powershell_can_be_copied(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        await user.quiet()
        click(user, "copy:powershell")
        assert "Get-VMSnapshot -Id" in QGuiApplication.clipboard().text()

    at_window(story, web="base(p1*)")


def test_the_powershell_is_folded_until_somebody_wants_to_see_it(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        await user.quiet()
        assert "Get-VMSnapshot -Id" not in user.window.details.text()
        click(user, "fold:powershell")
        assert "Get-VMSnapshot -Id" in user.window.details.text()
        user.select("web", "base")
        await user.quiet()
        assert "Get-VMSnapshot -Id" in user.window.details.text()
        click(user, "fold:powershell")
        assert "Get-VMSnapshot -Id" not in user.window.details.text()

    at_window(story, web="base(p1*)")


def test_text_that_is_selected_stays_so_while_other_lines_change(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        await user.quiet()
        details = user.window.details
        page = not_none(details.findChild(QTextBrowser))
        assert page.find("1 of 50")
        before = details.text()
        longer = replace(details.details, subtitle="Virtual machine on a host that was read a moment ago")
        details.show_details(longer)
        assert details.text() != before
        assert page.textCursor().selectedText() == "1 of 50"
        details.show_details(replace(longer, title="Another host"))
        assert not page.textCursor().hasSelection()

    at_window(story, web="base*")


def test_copied_text_holds_no_invisible_marks(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("שרת", "לפני")
        await user.quiet()
        page = not_none(user.window.details.findChild(QTextBrowser))
        page.selectAll()
        page.copy()
        copied = QGuiApplication.clipboard().text()
        assert "לפני" in copied
        assert copied == plain(copied)

    at_window(story, שרת="לפני*")


def test_a_name_in_hebrew_begins_at_the_left_as_every_other_does(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("שרת")
        await user.quiet()
        block = not_none(user.window.details.findChild(QTextBrowser)).document().firstBlock()
        assert "שרת" in block.text()
        assert block.layout().lineAt(0).naturalTextRect().left() < 5

    at_window(story, שרת="לפני*")


def test_connecting_again_is_one_click_away_from_the_error(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.go_down()
        user.select("web")
        await user.until(lambda: "Connect again" in user.window.details.text(), "the link")
        attempts = user.host.attempts
        click(user, "intent:host.reconnect")
        await user.until(lambda: user.host.attempts > attempts, "another attempt")

    at_window(story, web="base*")


def test_markup_in_notes_and_names_is_text() -> None:
    owner = trees.vm("base*", "<i>web</i>", notes="<h1>big</h1>")
    view = HostView("vhost", "vhost", ConnectionPhase.CONNECTED, trees.lab(web=owner))
    html = page(of(Selection(vms=(VmAddress("vhost", owner.id),)), view), LIGHT)
    assert "&lt;h1&gt;big" in html
    assert "&lt;i&gt;web" in html


def click(user: WindowUser, address: str) -> None:
    not_none(user.window.details.findChild(QTextBrowser)).anchorClicked.emit(QUrl(address))
