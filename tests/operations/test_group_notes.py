"""The notes of a group checkpoint: what is said anew is said in all parts, and whatever else stands there stays."""

from __future__ import annotations

from datetime import date

import pytest

from hvtree.domain.edits import CheckpointNotes, SetNotes
from hvtree.domain.model import HostState
from hvtree.domain.passport import Passport, others_notes, passport_of, with_passport
from hvtree.domain.passport_change import PassportChange, common_passport
from hvtree.operations.base import Plan
from hvtree.operations.group_notes import EditGroupNotes
from hvtree.operations.group_target import GroupTarget
from tests.operations.test_apply_group import HOST
from tests.support.plans import fleet, refusal, sentences, titles
from tests.support.trees import id_of, ref

TARGET = GroupTarget("g1")
PARTS = ("db", "old", "web")


def notes_of(plan: Plan) -> list[str]:
    """Return the notes that the parts have afterwards."""
    host_id = plan.vms[0].host_id
    return [plan.expected.hosts[host_id].checkpoint(ref(HOST, name, "joint")).notes for name in PARTS]


def noted(state: HostState, vm: str, text: str) -> HostState:
    """Return a state in which somebody has written beside the passport of a part."""
    old = state.checkpoint(ref(state, vm, "joint")).notes
    return SetNotes((CheckpointNotes(ref(state, vm, "joint"), f"{text}\r\n{old}"),)).on(state)


def test_it_is_said_in_all_parts_and_notes_of_others_stay() -> None:
    state = noted(HOST, "web", "Ask Bob before you touch it.")
    change = PassportChange.to(ticket="CHG-9", keep_until=date(2027, 1, 31))
    plan = EditGroupNotes(TARGET, change).plan(fleet(state))

    before = [passport_of(state.checkpoint(ref(state, name, "joint")).notes) for name in PARTS]
    after = [passport_of(notes) for notes in notes_of(plan)]
    assert after == [change.on(each) for each in before if each is not None]
    assert [others_notes(notes) for notes in notes_of(plan)] == ["", "", "Ask Bob before you touch it."]
    assert plan.title == "Edit the notes of the group checkpoint ‘joint’ of 3 VMs"
    assert len(titles(plan)) == 3


def test_a_part_that_says_so_already_is_not_written_again() -> None:
    first = EditGroupNotes(TARGET, PassportChange.to(reason="Before CU14")).plan(fleet(HOST))
    host_id = first.vms[0].host_id
    state = HOST.with_vms(first.expected.hosts[host_id].vms[id_of("web")])
    plan = EditGroupNotes(TARGET, PassportChange.to(reason="Before CU14")).plan(fleet(state))

    assert len(plan.steps) == 2
    whole = HOST.with_vms(*first.expected.hosts[host_id].vms.values())
    assert "say this already" in refusal(
        EditGroupNotes(TARGET, PassportChange.to(reason="Before CU14")), whole
    )


def test_what_only_locks_calls_itself_so() -> None:
    plan = EditGroupNotes(TARGET, PassportChange.to(is_locked=True)).plan(fleet(HOST))

    assert (plan.title, plan.button) == ("Lock the group checkpoint ‘joint’ of 3 VMs", "Lock")
    assert any("refuses to delete" in each for each in sentences(plan))


def test_other_words_beside_the_passport_are_written_beside_each() -> None:
    plan = EditGroupNotes(TARGET, PassportChange(Passport(), frozenset()), "One for all").plan(fleet(HOST))

    assert [others_notes(notes) for notes in notes_of(plan)] == ["One for all"] * 3
    assert all(passport_of(notes) is not None for notes in notes_of(plan))


def test_a_part_whose_notes_were_lost_gets_a_passport_signed_by_whoever_writes_it() -> None:
    bare = with_passport(HOST.checkpoint(ref(HOST, "web", "joint")).notes, None)
    state = SetNotes((CheckpointNotes(ref(HOST, "web", "joint"), bare),)).on(HOST)
    plan = EditGroupNotes(TARGET, PassportChange.to(reason="Why"), author="anna").plan(fleet(state))

    assert len(plan.steps) == 2, "what nobody knows to belong is not touched"


@pytest.mark.parametrize(
    ("passports", "said", "mixed"),
    [
        ((Passport("a", "1"), Passport("a", "2")), Passport("a"), {"ticket"}),
        ((Passport(is_locked=True), Passport()), Passport(), {"is_locked"}),
        ((Passport("a", is_locked=True),) * 2, Passport("a", is_locked=True), set()),
    ],
)
def test_what_all_parts_say_is_told_apart_from_what_they_do_not(
    passports: tuple[Passport, ...], said: Passport, mixed: set[str]
) -> None:
    assert common_passport(passports) == (said, frozenset(mixed))
