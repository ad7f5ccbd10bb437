"""The words of the filter: what may be typed is suggested, and what is misspelt is said."""

import pytest

from hvtree.domain.search import parse
from hvtree.domain.search_words import ALONE, FILTER_WORDS, suggestions
from tests.domain.test_search import TREE, found
from tests.support.trees import READ_AT

STATES = "States are running, off, saved, paused, critical and the steps between them."


def offered(text: str, cursor: int | None = None, **more: object) -> list[str]:
    """Return what is suggested at the end of a text, or where the cursor is."""
    place = len(text) if cursor is None else cursor
    return [each.shown for each in suggestions(text, place, **more)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "sentence", "better"),
    [
        ("oldr:30d", "‘oldr:’ is not a filter word. Did you mean ‘older:’?", "older:30d"),
        ("-Knd:memory", "‘Knd:’ is not a filter word. Did you mean ‘kind:’?", "-kind:memory"),
        ("size:10GB", "‘size:’ is not a filter word. Did you mean ‘larger:’?", "larger:10GB"),
        (
            "kind:recovry",
            "‘kind:recovry’ is not understood. Did you mean ‘kind:recovery’?",
            "kind:recovery",
        ),
        ("state:runing", "‘state:runing’ is not understood. Did you mean ‘state:running’?", "state:running"),
        ("older:3x", "‘older:3x’ is not understood. Write an age as 12h, 3d, 2w, 6mo or 1y.", ""),
        ("larger:10x", "‘larger:10x’ is not understood. Write a size as 500MB or 10GB.", ""),
        (
            "state:blue",
            f"‘state:blue’ is not understood. {STATES}",
            "",
        ),
    ],
)
def test_what_is_misspelt_is_said_with_what_was_meant_and_restricts_nothing(
    typed: str, sentence: str, better: str
) -> None:
    query = parse(f"patch {typed}")
    assert [each.sentence for each in query.problems] == [sentence]
    assert [each.better for each in query.problems] == [better]
    assert found(f"patch {typed}") == {"patch1", "patch2"}
    if better:
        assert parse(better).problems == ()


@pytest.mark.parametrize(
    "text", ["older:90min", "older:2weeks", "newer:6mo", "older:1.5 years", "kind:rec", "state:run", "host:x"]
)
def test_what_is_spelt_well_is_no_problem(text: str) -> None:
    assert parse(text).problems == ()
    assert not parse(text).is_empty


@pytest.mark.parametrize("text", ["foo:bar", r"d:\VMs", '"oldr:30d"', "Note:", "10:37"])
def test_a_word_with_a_colon_that_is_like_none_of_the_filter_is_text(text: str) -> None:
    query = parse(text)
    assert query.problems == ()
    assert len(query.terms) == 1


def test_it_is_known_why_a_word_with_a_colon_may_find_nothing() -> None:
    (remark,) = parse("foo:bar").remarks
    assert remark == "‘foo:’ is not a filter word, so ‘foo:bar’ is looked for in names and notes."
    assert parse("web 10:37 kind:memory").remarks == ()


def test_the_beginning_of_a_kind_finds_each_kind_that_begins_so() -> None:
    assert found("kind:rec") == {"backup"}
    assert found("kind:au") == {"auto"}


def test_a_host_is_found_by_its_name_and_by_nothing_else() -> None:
    assert parse("host:hv1").finds_vm(TREE, READ_AT, around="HV17")
    assert not parse("host:web").finds_vm(TREE, READ_AT, around="HV17")
    assert found("host:hv1 patch2", around="HV17") == {"patch2"}
    assert found("host:hv2 patch2", around="HV17") == set()


def test_every_example_of_every_word_is_understood() -> None:
    for word in FILTER_WORDS:
        for value in word.values:
            assert parse(f"{word.name}:{value.word}").problems == ()


def test_words_are_suggested_while_they_are_typed() -> None:
    assert offered("ol") == ["older:"]
    assert offered("web -ki") == ["kind:"]
    assert offered("ty") == ["kind:"]
    assert offered("o") == []
    assert offered("web") == []
    assert offered("") == []


def test_all_words_are_suggested_where_they_are_asked_for() -> None:
    alone = [word.word for word in ALONE]
    assert offered("", asked=True) == [*(f"{word.name}:" for word in FILTER_WORDS), *alone]
    assert offered("exp") == ["expired"]
    assert offered("web ", asked=True) == [*(f"{word.name}:" for word in FILTER_WORDS), *alone]


def test_values_are_suggested_after_the_colon() -> None:
    assert offered("state:")[:2] == ["state:running", "state:off"]
    assert offered("web kind:s") == ["kind:standard", "kind:safety"]
    assert offered("host:x", hosts=["xHost16", "yHost", "x host"]) == ["host:xHost16", 'host:"x host"']
    assert offered("kind:safety") == []
    assert offered("larger:7") == []


def test_what_was_misspelt_is_suggested_as_it_was_meant() -> None:
    assert offered("oldr:3d") == ["older:3d"]
    assert offered("kind:recovry") == ["kind:recovery"]


def test_nothing_is_suggested_within_quotes() -> None:
    assert offered('"web ol') == []
    assert offered('kind:"re') == []


def test_a_suggestion_takes_the_place_of_the_word_under_the_cursor_alone() -> None:
    (kind,) = suggestions("web -ki patch", 7)
    assert (kind.text, kind.cursor) == ("web -kind: patch", 10)
    (memory,) = suggestions("kind:me patch", 7)
    assert (memory.text, memory.cursor) == ("kind:memory patch", 12)
