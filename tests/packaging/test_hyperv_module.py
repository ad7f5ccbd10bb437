"""The declarations of the stand-in for the Hyper-V module are written from the facts, and not by hand."""

from pathlib import Path

import pytest

from devtools.hyperv_module import files


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_the_committed_declarations_are_those_of_the_facts(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == files()[path]
