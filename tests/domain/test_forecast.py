"""What a deletion is said to do to the disks."""

from hvtree.domain.edits import Delete
from hvtree.domain.forecast import Forecast, forecast_deletion, volume_of
from hvtree.domain.model import HostState, Volume
from hvtree.domain.paths import file_name
from hvtree.values import replace
from tests.support.trees import GB, MB, id_of, lab, ref, vm_named


def forecast(state: HostState, *names: str) -> Forecast:
    return forecast_deletion(state, {id_of("web"): [id_of("web", name) for name in names]})


def test_an_inner_checkpoint_merges_the_file_below_into_its_own() -> None:
    state = lab(web="c1(c2(c3*))")
    seen = forecast(state, "c2")
    (merge,) = seen.merges
    c2, c3 = (vm_named(state, "web").by_id[id_of("web", name)] for name in ("c2", "c3"))

    assert (merge.child.path, merge.parent.path) == (c3.drives[0], c2.drives[0])
    assert seen.freed_now_bytes == MB
    assert seen.freed_later_bytes == (0, GB)
    assert (seen.volumes[0].name, seen.volumes[0].moved_bytes, seen.volumes[0].needed_bytes) == ("D:", GB, GB)


def test_a_leaf_of_another_branch_frees_its_file_at_once() -> None:
    seen = forecast(lab(web="c1(c2~ c3*)"), "c2")

    assert seen.merges == ()
    assert seen.freed_now_bytes == 2 * GB + GB
    assert seen.freed_later_bytes == (0, 0)


def test_a_file_with_two_dependents_frees_nothing_and_is_named() -> None:
    seen = forecast(lab(web="c1(c2 c3*)"), "c1")

    assert seen.volumes == ()
    assert [(file_name(kept.file.path), kept.dependents) for kept in seen.kept] == [("web.vhdx", 2)]


def test_merges_into_one_file_need_room_one_after_the_other() -> None:
    seen = forecast(lab(web="c1(c2(c3(c4*)))"), "c2", "c3", "c4")

    assert len(seen.merges) == 3
    assert (seen.volumes[0].moved_bytes, seen.volumes[0].needed_bytes) == (3 * GB, GB)


def test_a_merge_into_a_full_file_needs_no_room() -> None:
    state = lab(web="c1*")
    web = vm_named(state, "web")
    full = replace(web.files[0], size_bytes=web.files[0].virtual_bytes)
    state = state.with_vms(replace(web, files=(full, *web.files[1:])))

    seen = forecast(state, "c1")

    assert (seen.volumes[0].needed_bytes, seen.freed_later_bytes) == (0, (GB, GB))


def test_a_volume_with_less_room_than_a_merge_needs_is_short() -> None:
    state = lab(web="c1*")
    tight = HostState.of("h", state.taken_at_utc, state.vms.values(), [Volume("D:\\", 100 * GB, GB // 2)])

    assert forecast(tight, "c1").volumes[0].is_short
    assert not forecast(state, "c1").volumes[0].is_short


def test_a_volume_that_the_host_did_not_report_is_called_after_the_path() -> None:
    state = lab(web="c1*")
    nowhere = HostState.of("h", state.taken_at_utc, state.vms.values())

    (volume,) = forecast(nowhere, "c1").volumes

    assert (volume.name, volume.free_bytes, volume.is_short) == ("D:", None, False)


def test_a_file_is_on_the_volume_with_the_longest_fitting_name() -> None:
    volumes = [Volume("C:\\", 1, 1), Volume("C:\\ClusterStorage\\Volume1\\", 1, 1), Volume("D:", 1, 1)]

    assert volume_of("c:\\clusterstorage\\volume1\\a.vhdx", volumes) is volumes[1]
    assert volume_of("C:\\ClusterStorage\\Volume10\\a.vhdx", volumes) is volumes[0]
    assert volume_of("D:\\a.vhdx", volumes) is volumes[2]
    assert volume_of("\\\\nas\\share\\a.vhdx", volumes) is None


def test_the_forecast_says_what_the_prediction_does() -> None:
    state = lab(web="c1(c2(c3 c4*) c5)")
    refs = tuple(ref(state, "web", name) for name in ("c1", "c2", "c5"))
    seen = forecast(state, "c1", "c2", "c5")

    after = Delete(refs).on(state)

    freed = _file_bytes(state) - _file_bytes(after)
    assert freed == seen.freed_now_bytes - seen.state_bytes + seen.freed_later_bytes[0]


def _file_bytes(state: HostState) -> int:
    return sum(file.size_bytes for file in vm_named(state, "web").files)
