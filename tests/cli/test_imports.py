"""What a command line imports: no more than it needs, so that it answers at once."""

import subprocess
import sys

import pytest

ALLOWED = {"hvtree", "hvtree.cli"} | {
    f"hvtree.cli.{name}" for name in ("completing", "entry", "options", "streams", "window")
}
"""What of HVTree the help may import."""


def imported(*words: str) -> set[str]:
    """Return the modules that are imported when a command line in a fresh interpreter has ended."""
    ask = f"import sys; from hvtree.cli import main; main({list(words)!r}); print('\\n' + ' '.join(sys.modules))"
    said = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    return set(said.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("words", [("--help",), ("--version",)], ids=str)
def test_the_help_imports_nothing_of_hvtree_but_the_options(words: tuple[str, ...]) -> None:
    here = imported(*words)
    assert {name for name in here if name.partition(".")[0] == "hvtree"} <= ALLOWED


@pytest.mark.parametrize("words", [("--help",), ("--version",)], ids=str)
def test_the_help_imports_no_library_and_none_of_pythons_slow_modules(words: tuple[str, ...]) -> None:
    slow = {
        "asyncio",
        "dataclasses",
        "inspect",
        "json",
        "logging",
        "msgspec",
        "platformdirs",
        "typing",
        "wcwidth",
    }
    assert slow & imported(*words) == set()


def test_loading_is_not_held_up_by_looks_for_garbage() -> None:
    ask = (
        "import gc, sys; sys.argv = ['hvtree', 'show', 'nobody']; from hvtree.cli import run; run(); "
        "print('\\n', sum(each['collections'] for each in gc.get_stats()))"
    )
    before = "import gc; print(sum(each['collections'] for each in gc.get_stats()))"
    looks = [
        int(subprocess.run([sys.executable, "-c", each], capture_output=True, text=True, check=True).stdout)
        for each in (ask, before)
    ]
    assert looks[0] - looks[1] < 20


def test_wrong_words_are_said_without_importing_a_window_or_a_connection() -> None:
    roots = {name.partition(".")[0] for name in imported("--nonsense")}
    assert {"PySide6", "qasync", "winrm", "networkx", "keyring"} & roots == set()
