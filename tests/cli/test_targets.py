"""Which VMs and checkpoints words mean."""

import pytest

from hvtree.cli.targets import Target, Targets, find_checkpoint, find_vm
from hvtree.domain.address import VmAddress
from hvtree.domain.edits import Rename
from hvtree.domain.errors import BadInput
from hvtree.domain.model import VmState
from hvtree.domain.words import size_words
from tests.support.trees import id_of, lab, ref, vm

STATE = lab(web="base(p1(p2*))", db="base(x*)", Mail="only*")


def test_a_vm_is_found_by_its_id_in_any_spelling() -> None:
    spelled = "{" + id_of("web").upper() + "}"
    assert find_vm(spelled, STATE).name == "web"


def test_a_vm_is_found_by_its_name_in_any_letter_case() -> None:
    assert find_vm("mAIL", STATE).name == "Mail"


def test_the_exact_letter_case_wins_over_others() -> None:
    state = lab(web="a*", WEB=vm("a*", "WEB"))
    assert find_vm("WEB", state).name == "WEB"


def test_two_vms_of_one_name_are_listed_with_their_ids() -> None:
    other = vm("a*", "web", id=id_of("other"))
    state = STATE.with_vms(other)
    with pytest.raises(BadInput) as caught:
        find_vm("web", state)
    assert id_of("web") in caught.value.sentence
    assert id_of("other") in caught.value.sentence


def test_a_checkpoint_is_found_by_a_name_that_is_unique() -> None:
    assert find_checkpoint("p2", STATE).ref == ref(STATE, "web", "p2")


def test_a_checkpoint_is_found_below_its_vm() -> None:
    assert find_checkpoint("db/base", STATE).ref == ref(STATE, "db", "base")


def test_vm_and_checkpoint_may_both_be_ids() -> None:
    text = f"{id_of('db')}/{id_of('db', 'base')}"
    assert find_checkpoint(text, STATE).ref == ref(STATE, "db", "base")


def test_a_checkpoint_is_not_found_below_another_vm() -> None:
    with pytest.raises(BadInput, match="no checkpoint"):
        find_checkpoint("db/p1", STATE)


def test_a_name_on_two_vms_lists_both_as_vm_and_checkpoint() -> None:
    with pytest.raises(BadInput) as caught:
        find_checkpoint("base", STATE)
    assert "web/base" in caught.value.sentence
    assert "db/base" in caught.value.sentence
    assert id_of("db", "base") in caught.value.sentence


def test_namesakes_are_told_apart_by_date_size_and_parent() -> None:
    state = lab(web="base(p1(base*))", db="base*")
    with pytest.raises(BadInput) as caught:
        find_checkpoint("base", state)
    headings, *rows = caught.value.now.splitlines()[1:]
    assert headings.split() == ["ID", "VM/CHECKPOINT", "CREATED", "SIZE", "PARENT"]
    found = [each for each in state.all_checkpoints() if each.name == "base"]
    assert [row.split()[0] for row in rows] == [each.id for each in found]
    for row, each in zip(rows, found, strict=True):
        assert f"{each.created_utc.astimezone():%Y-%m-%d %H:%M:%S}" in row
        assert size_words(each.size_bytes) in row
    assert [row.split("  ")[-1] for row in rows] == [
        "none: a root",
        f"p1 ({id_of('web', 'p1')[:8]})",
        "none: a root",
    ]


def test_vms_of_one_name_are_told_apart_by_state_checkpoints_and_size() -> None:
    twin = vm("a(b*)", "web", id=id_of("other"), state=VmState.RUNNING)
    with pytest.raises(BadInput) as caught:
        find_vm("web", STATE.with_vms(twin))
    rows = caught.value.now.splitlines()[2:]
    assert [row.split()[:3] for row in rows] == [
        [id_of("web"), "web", "Off"],
        [id_of("other"), "web", "Running"],
    ]
    assert "2 checkpoints" in rows[1]
    assert size_words(twin.space.total_bytes) in rows[1]


def test_many_namesakes_are_listed_in_part() -> None:
    with pytest.raises(BadInput) as caught:
        find_checkpoint("x", lab(web=" ".join(["x"] * 25)))
    assert caught.value.now.splitlines()[-1] == "  and 5 more"


@pytest.mark.parametrize(("typed", "is_it"), [("STRASSE", False), ("straße", True), ("ÜBER", True)])
def test_names_compare_letter_by_letter_as_hyper_v_compares_them(typed: str, is_it: bool) -> None:
    state = lab(web="Straße* über")
    if is_it:
        assert find_checkpoint(typed, state).name.casefold() == typed.casefold()
    else:
        with pytest.raises(BadInput, match="There is no checkpoint"):
            find_checkpoint(typed, state)


def test_a_name_with_slashes_is_found_alone_and_below_its_vm() -> None:
    name = "web - (9/21/2014 - 7:37:31 PM)"
    base = lab(web="base*")
    state = Rename(ref(base, "web", "base"), name).on(base)
    assert find_checkpoint(name, state).name == name
    assert find_checkpoint(f"web/{name}", state).name == name


def test_a_name_that_reads_as_vm_and_checkpoint_too_is_ambiguous() -> None:
    state = lab(web="db/base* x", db="base*")
    with pytest.raises(BadInput, match="means 2 checkpoints"):
        find_checkpoint("db/base", state)


@pytest.mark.parametrize(
    "text", ["", "/", "p3", "nowhere/p1", "00000000-0000-4000-8000-000000000000", "'; $(x) `\n"]
)
def test_what_is_not_there_gives_a_sentence(text: str) -> None:
    with pytest.raises(BadInput, match="There is no checkpoint"):
        find_checkpoint(text, STATE)


def test_a_name_close_to_the_right_one_is_suggested() -> None:
    with pytest.raises(BadInput) as caught:
        find_vm("Mial", STATE)
    assert "Did you mean ‘Mail’?" in caught.value.sentence


def test_an_id_that_is_gone_is_never_taken_for_a_name() -> None:
    gone = "00000000-0000-4000-8000-000000000000"
    state = STATE.with_vms(vm("a*", gone, id=id_of("decoy")))
    with pytest.raises(BadInput) as caught:
        find_vm(gone, state)
    assert "A VM is called that, but has another id:\n  ID" in caught.value.sentence
    assert id_of("decoy") in caught.value.sentence
    assert find_vm(id_of("decoy"), state).name == gone


def test_a_name_of_ten_thousand_letters_is_answered_in_few() -> None:
    with pytest.raises(BadInput) as caught:
        find_vm("x" * 10_000, STATE)
    assert len(caught.value.sentence) < 300


def test_direction_marks_in_a_name_cannot_turn_the_sentence_round() -> None:
    with pytest.raises(BadInput) as caught:
        find_vm("evil\u202etxt", STATE)
    assert "\u202e" not in caught.value.sentence
    assert "\\u202e" in caught.value.sentence


def test_the_same_target_twice_counts_once() -> None:
    web = Target("lab", "web")
    vms = Targets({"lab": STATE}, [web, Target("lab", id_of("web")), Target("lab", "db")]).vms()
    assert vms == (VmAddress("lab", id_of("web")), VmAddress("lab", id_of("db")))
    checkpoints = Targets({"lab": STATE}, [Target("lab", "p2"), Target("lab", "web/p2")]).checkpoints()
    assert [each.ref for each in checkpoints] == [ref(STATE, "web", "p2")]


def test_a_word_is_looked_up_on_its_own_host() -> None:
    words = [Target("one", "web"), Target("two", "web")]
    addresses = Targets({"one": STATE, "two": lab(web="x*")}, words).vms()
    assert [each.host_id for each in addresses] == ["one", "two"]


def test_a_word_that_is_only_on_another_host_is_not_found() -> None:
    with pytest.raises(BadInput, match="no VM ‘Mail’"):
        Targets({"one": STATE, "two": lab(web="x*")}, [Target("two", "Mail")]).vm()
