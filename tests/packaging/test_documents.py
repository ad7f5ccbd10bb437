"""The documents keep up with the code: links lead somewhere, and tables name what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
AGENT = ROOT / "resources" / "agent"
DOCUMENTS = [
    path
    for path in sorted(ROOT.rglob("*.md"))
    if not {".venv", "build", "node_modules"} & set(path.relative_to(ROOT).parts)
]
_LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_of_a_document_leads_to_a_file(document: Path) -> None:
    links = _LINK.findall(document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_file_that_a_document_names_is_there() -> None:
    places = {
        ROOT / "hvtree": ("hvtree/README.md", "hvtree/hosts/README.md", "hvtree/emulator/README.md"),
        ROOT / "tests": ("tests/README.md", ".github/SECURITY.md"),
    }
    missing = [
        (name, word)
        for place, names in places.items()
        for name in names
        for word in re.findall(
            r"`([\w/-]+/(?:[\w-]+(?:\.(?:py|ps1|md|json|toml))?)?)`",
            (ROOT / name).read_text(encoding="utf-8"),
        )
        if not any((folder / word).exists() for folder in (place, ROOT, (ROOT / name).parent))
    ]
    assert missing == []


def _rows(name: Path) -> set[str]:
    """Return the words in backticks in the first column of the tables of a document."""
    rows = re.findall(r"^\| (`[^|]+) \|", name.read_text(encoding="utf-8"), re.MULTILINE)
    return {word for row in rows for word in re.findall(r"`([^`]+)`", row)}


def test_the_agents_readme_has_every_verb_and_no_other() -> None:
    table = re.search(r"(?s)function Get-AgentVerbs \{(.+?)\n\}", (AGENT / "verbs.ps1").read_text("utf-8"))
    assert table
    verbs = set(re.findall(r"'([a-z._]+)' = ", table[1]))
    assert {word for word in _rows(AGENT / "README.md") if not word.endswith(".ps1")} == verbs


def test_the_agents_readme_has_every_part_of_the_script() -> None:
    named = {word for word in _rows(AGENT / "README.md") if word.endswith(".ps1")}
    assert named == {path.name for path in AGENT.glob("*.ps1")}
