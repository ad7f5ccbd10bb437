"""Group checkpoints in words: each finding has a sentence of its own, and one line says the rest."""

from __future__ import annotations

import pytest

from hvtree.domain.group import GroupMethod
from hvtree.domain.group_checkpoint import Finding, FindingKind, group_checkpoints
from hvtree.domain.group_words import (
    METHOD_NAMES,
    METHOD_SENTENCES,
    finding_words,
    health_words,
    stopped_words,
    summary_words,
)
from hvtree.values import replace
from tests.domain.test_group_checkpoint import BOTH, EAST, RECORD
from tests.support.plans import fleet


@pytest.mark.parametrize("kind", FindingKind)
def test_each_finding_is_a_sentence_that_names_the_vm_or_how_many(kind: FindingKind) -> None:
    words = finding_words(Finding(kind, "id-of-vm", "web", was="west", now="north", count=2))
    assert words.endswith(".")
    assert not words[0].islower()
    assert "‘web’" in words or "2 more VMs" in words or "‘north’" in words


def test_no_two_findings_say_the_same() -> None:
    said = {
        finding_words(Finding(kind, "id", "web", was="west", now="north", count=1)) for kind in FindingKind
    }
    assert len(said) == len(FindingKind)


def test_each_method_has_a_name_and_a_sentence() -> None:
    assert METHOD_NAMES.keys() == METHOD_SENTENCES.keys() == set(GroupMethod)
    assert "not one instant" in METHOD_SENTENCES[GroupMethod.NO_INTERRUPTION]


def test_one_line_says_when_how_many_how_close_and_by_whom() -> None:
    group = group_checkpoints(BOTH, [RECORD])["g1"]
    assert summary_words(group, "22 Nov 14:02") == "22 Nov 14:02 · 2 of 2 VMs · spread 38 ms · by anna"
    assert health_words(group) == "Whole"


def test_what_is_not_there_is_not_counted() -> None:
    group = group_checkpoints(fleet(EAST), [RECORD])["g1"]
    assert summary_words(group).startswith("1 of 2 VMs")
    assert health_words(group) == "Not whole"


def test_what_was_changed_is_still_whole() -> None:
    group = group_checkpoints(BOTH, [replace(RECORD, name="another")])["g1"]
    assert health_words(group) == "Whole, with changes"


def test_a_vm_that_did_not_stop_has_no_downtime() -> None:
    assert stopped_words(None) == ""
    assert stopped_words(4213) == "stopped 4.2 s"
