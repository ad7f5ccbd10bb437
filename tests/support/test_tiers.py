"""Which tests are fast: told by what they import, so that nobody has to mark them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.tiers import is_slow


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("from hvtree.domain.model import HostState", False),
        ("from tests.support.harness import with_harness", False),
        ("import subprocess", True),
        ("from hvtree.emulator.winrm import wsman", True),
        ("from hvtree.emulator import winrm", True),
        ("from tests.support.remote_host import remote_host", True),
        ("from tests.support import remote_host", True),
    ],
)
def test_a_module_is_slow_if_what_it_imports_has_to_do_with_processes_or_connections(
    tmp_path: Path, line: str, expected: bool
) -> None:
    module = tmp_path / "test_something.py"
    module.write_text(f"{line}\n")
    assert is_slow(module) is expected
