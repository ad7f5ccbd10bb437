"""Finding VMs and checkpoints by words."""

from datetime import datetime, timedelta

import pytest

from hvtree.domain.group_mark import GroupMark
from hvtree.domain.model import VirtualMachine, VmState
from hvtree.domain.passport import Passport
from hvtree.domain.search import parse, with_ancestors
from hvtree.values import replace
from tests.support.trees import EPOCH, GB, READ_AT, log_collector, vm

TREE = vm(
    "base(patch1~(patch2* backup:Recovery) auto!) mirror:AppConsistentReplica", "web", state=VmState.RUNNING
)
NAMES = {each.id: each.name for each in TREE.checkpoints}


def found(text: str, owner: VirtualMachine = TREE, now: datetime = READ_AT, around: str = "") -> set[str]:
    return {NAMES[each] for each in parse(text).found(owner, now, around=around)}


def test_an_empty_query_is_empty_and_finds_everything() -> None:
    assert parse("  ").is_empty
    assert found("") == set(NAMES.values())


def test_a_word_is_found_in_names_whatever_the_letter_case() -> None:
    assert found("PATCH") == {"patch1", "patch2"}


def test_all_words_must_be_there() -> None:
    assert found("patch 2") == {"patch2"}


def test_quoted_words_are_one_phrase() -> None:
    named = replace(
        TREE, checkpoints=tuple(replace(each, name=f"{each.name} final cut") for each in TREE.checkpoints)
    )
    assert found('"patch2 final"', named) == {"patch2"}
    assert found('"final patch2"', named) == set()


def test_a_quote_that_is_not_closed_yet_already_counts() -> None:
    assert found('"patch2') == {"patch2"}


def test_a_word_in_the_notes_finds_a_checkpoint() -> None:
    noted = replace(
        TREE,
        checkpoints=tuple(
            replace(each, notes="ticket 4711" if each.name == "auto" else "") for each in TREE.checkpoints
        ),
    )
    assert found("4711", noted) == {"auto"}


def test_the_name_of_the_vm_or_the_host_finds_its_checkpoints() -> None:
    assert found("web patch2") == {"patch2"}
    assert found("xhost16 patch2", around="xHost16") == {"patch2"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("kind:recovery", {"backup"}),
        ("kind:backup", {"backup"}),
        ("type:Recovery", {"backup"}),
        ("kind:replica", {"mirror"}),
        ("kind:app-consistent-replica", {"mirror"}),
        ("kind:memory", {"patch1"}),
        ("kind:automatic", {"auto"}),
        ("kind:disk", {"base", "patch2", "auto"}),
        ("kind:standard", {"base", "patch1", "patch2", "auto"}),
        ("-kind:standard", {"backup", "mirror"}),
        ("-patch", {"base", "backup", "auto", "mirror"}),
    ],
)
def test_a_kind_can_be_asked_for_and_excluded(text: str, names: set[str]) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    ("age", "count"), [("older:90min", 0), ("older:2m", 3), ("older:1h", 0), ("newer:2m", 2)]
)
def test_an_age_counts_from_now(age: str, count: int) -> None:
    now = EPOCH + timedelta(minutes=5)
    assert len(found(age, now=now)) == count


@pytest.mark.parametrize(
    "age", ["older:2d", "older:2", "older:48h", "older:2days", "older:0.3w", "older:0,3w"]
)
def test_ages_have_many_spellings(age: str) -> None:
    assert found(age) == set(NAMES.values())


def test_a_size_can_be_asked_for() -> None:
    sized = replace(
        TREE,
        checkpoints=tuple(
            replace(each, size_bytes=20 * GB if each.name == "auto" else GB) for each in TREE.checkpoints
        ),
    )
    assert found("larger:10GB", sized) == {"auto"}
    assert found("larger:10g", sized) == {"auto"}
    assert "auto" not in found("smaller:1.5gib", sized)


def test_a_size_finds_what_a_vm_has_written_since_its_last_checkpoint() -> None:
    web = log_collector()
    assert parse("larger:100GB").finds_now(web, READ_AT)
    assert not parse("larger:200GB").finds_now(web, READ_AT)
    for other in ("-larger:200GB", "kind:standard larger:100GB", "larger:100GB db", "smaller:1TB", "web"):
        assert not parse(other).finds_now(web, READ_AT)


def test_a_size_finds_a_vm_by_all_that_it_takes() -> None:
    assert parse("larger:2GB").finds_vm(TREE, READ_AT)
    assert not parse("larger:2TB").finds_vm(TREE, READ_AT)
    for other in ("-larger:2TB", "kind:standard larger:2GB", "smaller:1TB"):
        assert not parse(other).finds_vm(TREE, READ_AT)


def test_the_state_of_a_vm_finds_all_of_it() -> None:
    assert parse("state:run").finds_vm(TREE, READ_AT)
    assert not parse("state:off").finds_vm(TREE, READ_AT)
    assert found("state:off") == set()


def test_a_vm_is_not_meant_where_checkpoints_are_asked_for() -> None:
    assert parse("web").finds_vm(TREE, READ_AT)
    assert not parse("web older:1d").finds_vm(TREE, READ_AT)


@pytest.mark.parametrize("word", ["snapshot", "snapshots", "Checkpoint", "checkpoints"])
def test_the_word_for_what_everything_is_restricts_nothing(word: str) -> None:
    assert parse(word).is_empty
    assert found(f"{word} patch2") == {"patch2"}


@pytest.mark.parametrize("text", ["older:soon", "larger:much", "kind:blue"])
def test_a_term_that_makes_no_sense_is_left_out_and_explained(text: str) -> None:
    query = parse(f"{text} patch")
    assert f"‘{text}’ is not understood." in query.problems[0].sentence
    assert found(f"{text} patch") == {"patch1", "patch2"}


@pytest.mark.parametrize("text", ["older:", "kind:", 'name"', ":", "-", '""', "(", "[", "older:1e999999d"])
def test_half_typed_text_is_no_error(text: str) -> None:
    parse(text)


def test_an_unknown_key_is_a_word_with_a_colon() -> None:
    timed = replace(
        TREE, checkpoints=tuple(replace(each, name="x - 7:37:31 PM") for each in TREE.checkpoints[:1])
    )
    assert len(parse("7:37").found(timed, READ_AT)) == 1
    assert len(parse("foo:bar").found(timed, READ_AT)) == 0


def test_everything_above_what_was_found_is_kept() -> None:
    names = {NAMES[each] for each in with_ancestors(TREE, parse("kind:recovery").found(TREE, READ_AT))}
    assert names == {"base", "patch1", "backup"}


def test_a_checkpoint_whose_parent_is_missing_is_kept_alone() -> None:
    orphan = replace(
        TREE, checkpoints=tuple(replace(each, parent_id="gone") for each in TREE.checkpoints[:1]), now_id=None
    )
    found_ids = parse("base").found(orphan, READ_AT)
    assert with_ancestors(orphan, found_ids) == found_ids


@pytest.mark.parametrize(
    ("text", "is_about_age"),
    [("older:3d", True), ("-newer:1h web", True), ("kind:memory web larger:1GB", False)],
)
def test_a_query_knows_whether_time_changes_what_it_finds(text: str, is_about_age: bool) -> None:
    assert parse(text).is_about_age is is_about_age


def with_passports() -> VirtualMachine:
    """Return a VM whose checkpoints tell by whom they were taken, for what, and until when."""
    notes = {
        "base": "[HVTree] why · ticket CHG-12 · locked · by CORP\\anna",
        "patch1": "[HVTree] · keep until 2020-01-01 · by bob",
        "patch2": "[HVTree] · safety before applying x · keep until 2099-01-01",
        "auto": "somebody has expired and locked this",
    }
    return replace(
        TREE, checkpoints=tuple(replace(each, notes=notes.get(each.name, "")) for each in TREE.checkpoints)
    )


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("by:anna", {"base"}),
        ("by:CORP", {"base"}),
        ("ticket:chg-12", {"base"}),
        ("ticket:chg-13", set()),
        ("kind:locked", {"base"}),
        ("kind:expired", {"patch1"}),
        ("kind:safety", {"patch2"}),
        ("locked", {"base", "auto"}),
        ("expired", {"patch1", "auto"}),
        ("safety", {"patch2"}),
        ('"expired"', {"auto"}),
        ("kind:expired by:bob", {"patch1"}),
        ("-by:anna -by:bob -kind:safety", {"backup", "auto", "mirror"}),
    ],
)
def test_what_passports_say_is_found(text: str, names: set[str]) -> None:
    assert found(text, with_passports()) == names


def test_what_expires_is_found_when_its_day_is_over() -> None:
    assert found("kind:expired", with_passports(), datetime.fromisoformat("2019-12-31T12:00Z")) == set()
    assert parse("expired").is_about_age
    assert parse("kind:expired").is_about_age


def test_a_word_for_an_author_that_is_none_says_which_is_one() -> None:
    (problem,) = parse("author:anna").problems
    assert problem.better == "by:anna"


def test_a_group_checkpoint_is_found_by_its_group_its_name_and_its_id() -> None:
    mark = GroupMark("6c1f-1", 2, "0b7e9f1c-0000-4000-8000-000000000002", "SharePoint farm")
    note = Passport(group=mark).line
    marked = replace(
        TREE,
        checkpoints=tuple(
            replace(each, notes=note if each.name == "patch1" else "") for each in TREE.checkpoints
        ),
    )
    for text in ('group:"sharepoint farm"', "group:patc", "group:6c1f", "kind:group"):
        assert found(text, marked) == {"patch1"}, text
    assert found("group:other", marked) == set()
    assert found("-group:sharepoint", marked) == set(NAMES.values()) - {"patch1"}


def test_a_later_checkpoint_with_the_notes_of_a_group_checkpoint_is_not_of_it() -> None:
    note = Passport(group=GroupMark("6c1f-1", 2)).line
    copied = replace(
        TREE,
        checkpoints=tuple(
            replace(each, notes=note if each.name.startswith("patch") else "") for each in TREE.checkpoints
        ),
    )
    assert found("kind:group", copied) == {"patch1"}
