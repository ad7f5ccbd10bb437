"""What the details say of a selection on several hosts."""

from hvtree.app.credentials import PasswordNeeded
from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.domain.address import VmAddress
from hvtree.ui.selection import Selection
from hvtree.ui.views.details_describe import describe
from hvtree.ui.widgets.banner import Tone
from tests.support import trees
from tests.support.dialog_user import plain
from tests.support.emulated import PROFILE
from tests.support.narrowing import not_none
from tests.ui.models.vms import checkpoint_address
from tests.ui.views.test_details import NOW, STATE, VIEW, facts


def test_vms_of_two_hosts_are_summed_up_over_both() -> None:
    other = HostView("other", "other", ConnectionPhase.STALE, trees.lab("other", app="a*"))
    chosen = (VmAddress("vhost", trees.id_of("web")), VmAddress("other", trees.id_of("app")))
    details = describe(Selection(vms=chosen), (VIEW, other), NOW)
    assert details.title == "2 VMs selected"
    assert plain(details.subtitle) == "on vhost, other"
    assert [plain(item) for item in details.items] == ["web on vhost", "app on other"]
    assert plain(not_none(details.notice).text) == "Not connected: other."


def test_a_vm_and_its_replica_of_the_same_id_are_two_vms() -> None:
    replica = HostView("other", "other", ConnectionPhase.CONNECTED, STATE)
    bases = tuple(checkpoint_address(STATE, "web", "base", host) for host in ("vhost", "other"))
    details = describe(Selection(checkpoints=bases), (VIEW, replica), NOW)
    assert facts(details)["Of VMs"] == "2 VMs"


def test_two_hosts_are_counted_and_named() -> None:
    other = HostView("other", "other", ConnectionPhase.CONNECTED, trees.lab("other", app="a*"))
    details = describe(Selection(hosts=("vhost", "other")), (VIEW, other), NOW)
    assert (details.title, details.items) == ("2 hosts selected", ("vhost", "other"))


def test_of_hosts_that_were_never_read_nothing_is_counted() -> None:
    views = [
        HostView(name, name, ConnectionPhase.FAILED, error=PasswordNeeded(PROFILE)) for name in ("a", "b")
    ]
    details = describe(Selection(hosts=("a", "b")), views, NOW)
    assert facts(details) == {}
    assert not_none(details.notice).tone is Tone.INFO
