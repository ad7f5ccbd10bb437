"""All files of the agent make one script: a function that two of them define is the later one for both."""

from __future__ import annotations

import re
from collections import Counter

from hvtree.assets import resource

_FUNCTION = re.compile(r"^\s*function\s+([\w-]+)", re.IGNORECASE | re.MULTILINE)


def test_no_function_is_defined_twice() -> None:
    files = [each for each in resource("agent").iterdir() if each.name.endswith(".ps1")]
    names = Counter(
        name.lower() for each in files for name in _FUNCTION.findall(each.read_text(encoding="utf-8"))
    )
    assert len(names) > 100
    assert [name for name, times in names.items() if times > 1] == []
