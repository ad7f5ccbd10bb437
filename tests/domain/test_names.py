"""Names: which Hyper-V takes, which it makes, and how they stand in sentences."""

from datetime import datetime

import pytest

from hvtree.domain.errors import BadInput
from hvtree.domain.names import (
    base_of,
    check_name,
    default_name,
    isolated,
    parse_default_name,
    quoted,
    safety_name,
)

AT = datetime(2014, 9, 21, 19, 37, 31)  # noqa: DTZ001  (names hold local times)


@pytest.mark.parametrize(
    "name",
    [
        "patch2",
        "Configuration 2: applied all updates",
        "a" * 100,
        "‘quotes’ \"and\" 'more'",
        "$(Remove-VM *) `n {0}",
        "[a-z]*?",
        "\u05d0\u05d1\u05d2",
        "turned \u202e round",
        "😀" * 50,
    ],
)
def test_a_name_that_hyper_v_takes_is_taken(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "A checkpoint cannot be without a name. Enter another name."),
        (" \t ", "A checkpoint cannot be without a name. Enter another name."),
        ("a" * 101, "The name of a checkpoint may have 100 characters; this one has 101. Shorten it."),
        ("a" * 10_000, "The name of a checkpoint may have 100 characters; this one has 10,000. Shorten it."),
        ("😀" * 51, "The name of a checkpoint may have 100 characters; this one has 102. Shorten it."),
        (
            "two\nlines",
            "The name of a checkpoint must be one line of text. It holds a line break. Enter another name.",
        ),
        (
            "two\u2028lines",
            "The name of a checkpoint must be one line of text. It holds a line break. Enter another name.",
        ),
        (
            "half \ud83d",
            "The name of a checkpoint must be one line of text. It holds the control character U+D83D. Enter another name.",
        ),
    ],
)
def test_a_name_that_cannot_be_is_refused_in_a_sentence(name: str, sentence: str) -> None:
    with pytest.raises(BadInput) as refusal:
        check_name(name)

    assert refusal.value.sentence == sentence


def test_the_default_name_is_that_of_hyper_v_manager() -> None:
    assert default_name("vHost17", AT) == "vHost17 - (9/21/2014 - 7:37:31 PM)"
    assert default_name("a", AT.replace(hour=0)) == "a - (9/21/2014 - 12:37:31 AM)"
    assert default_name("a", AT.replace(hour=12)) == "a - (9/21/2014 - 12:37:31 PM)"


def test_a_default_name_is_never_longer_than_hyper_v_takes() -> None:
    for vm_name in ("a" * 100, "😀" * 60):
        check_name(default_name(vm_name, AT))
        check_name(safety_name(vm_name, AT))


@pytest.mark.parametrize(
    "text",
    [
        "9/21/2014 - 7:37:31 PM",
        "9/21/2014 – 7:37:31 PM",
        "9/21/2014 - 7:37:31\u202fPM",
        "21/09/2014 - 19:37:31",
        "21.09.2014 - 19:37:31",
        "2014/09/21 - 19:37:31",
        "2014/9/21 - 19:37:31",
        "2014/9/21 - 下午 7:37:31",
        "2014-09-21 - 19:37:31",
    ],
)
def test_default_names_of_many_cultures_are_read(text: str) -> None:
    parsed = parse_default_name(f"vHost17 - ({text})")

    assert parsed is not None
    assert (parsed.base, parsed.local_time) == ("vHost17", AT)


def test_day_and_month_are_told_apart_by_the_halves_of_the_day() -> None:
    american = parse_default_name("a - (5/3/2016 - 11:16:25 AM)")
    british = parse_default_name("a - (05/03/2016 - 11:16:25)")

    assert american is not None
    assert american.local_time.month == 5
    assert british is not None
    assert british.local_time.month == 3


def test_automatic_and_safety_checkpoints_are_told_by_their_names() -> None:
    automatic = parse_default_name("Automatic Checkpoint - WIN10-TEST - (3/30/2023 - 3:02:28 PM)")
    safety = parse_default_name(safety_name("web", AT))

    assert automatic is not None
    assert (automatic.base, automatic.is_automatic) == ("WIN10-TEST", True)
    assert safety is not None
    assert (safety.base, safety.is_safety, safety.local_time) == ("web", True, AT)


def test_names_made_of_default_names_do_not_grow() -> None:
    assert base_of(safety_name(base_of(safety_name("web", AT)), AT)) == "web"
    assert [base_of(default_name("Group", AT)), base_of("patch2")] == ["Group", "patch2"]


@pytest.mark.parametrize(
    "name", ["patch2", "", "a - (b - c)", "a - (99/99/2016 - 11:16:25)", "a - (1/1/2016 - 77:00:00)"]
)
def test_another_name_is_no_default_name(name: str) -> None:
    assert parse_default_name(name) is None


def test_a_name_cannot_turn_round_the_sentence_around_it() -> None:
    assert quoted("plain") == "‘plain’"
    assert isolated("a\u202eb") == "a\ufffdb"
    assert isolated("a\u2069b\u05d0") == "\u2068a\ufffdb\u05d0\u2069"
    assert isolated("a\u2067b") == "a\ufffdb"
    assert isolated("a\u200fb") == "\u2068a\u200fb\u2069"


def test_a_name_can_neither_break_a_line_nor_command_a_terminal() -> None:
    assert quoted("a\nb\x1b[2Jc\u2028d\ud83d") == "‘a\ufffdb\ufffd[2Jc\ufffdd\ufffd’"


def test_a_long_name_that_is_almost_a_default_name_is_read_quickly() -> None:
    assert parse_default_name("a - (" * 20_000) is None
    assert parse_default_name("-" * 50_000) is None


@pytest.mark.parametrize("letter", ["x", " ", "\n", "\u05d0", "\u202e", "\u2068", "\u2069", " - ", " - (1"])
def test_a_name_of_100_000_characters_keeps_its_two_ends_in_a_sentence(letter: str) -> None:
    name = (letter * 100_000)[:100_000]
    assert len(quoted(f"begin{name}end")) < 900
    assert quoted(f"begin{name}end").strip("‘\u2068").startswith("begin")
    assert quoted(f"begin{name}end").rstrip("’\u2069").endswith("end")


def test_a_name_of_100_000_characters_is_no_default_name_and_makes_none_that_is_too_long() -> None:
    moment = AT
    assert parse_default_name(default_name("x" * 100_000, moment)) is not None
    assert parse_default_name("x" * 100_000 + " - (9/21/2014 - 7:37:31 PM)") is None
    assert parse_default_name(" " * 100_000) is None


@pytest.mark.parametrize(
    "hidden", ["\x85", "\u2028", "\u200b", "\u2060", "\ufeff", "\U000e0041", "\udcff", "\x9b"]
)
def test_what_is_not_seen_but_could_deceive_is_made_visible(hidden: str) -> None:
    assert quoted(f"a{hidden}b") == "‘a\ufffdb’"


def test_an_emoji_of_several_parts_stays_whole() -> None:
    assert quoted("👩\u200d💻") == "‘👩\u200d💻’"


class _NeverCounted(str):
    """A name whose characters nobody may count as a whole."""

    __slots__ = ()

    def encode(self, *_: str) -> bytes:
        raise AssertionError("The whole name was counted.")


def test_a_name_is_made_of_the_beginning_of_a_long_one_alone() -> None:
    assert default_name(_NeverCounted("x" * 100_000), AT).startswith("x" * 70)
