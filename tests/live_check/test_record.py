"""The file of the live tests: outcomes and facts, and nothing that must not be in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.live.record import HIDDEN, Record


def written(record: Record, folder: Path) -> Any:
    path = folder / "result.json"
    record.write(path)
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_file_tells_how_each_test_ended_and_what_was_found(tmp_path: Path) -> None:
    record = Record()
    record.outcome("one", "passed", 1.234)
    record.outcome("two", "failed", 0.5, "it broke")
    record.fact("rename.output", ["VMSnapshot"])
    file = written(record, tmp_path)
    assert file["counts"] == {"passed": 1, "failed": 1}
    assert file["tests"][1] == {"test": "two", "outcome": "failed", "seconds": 0.5, "problem": "it broke"}
    assert file["facts"] == {"rename.output": ["VMSnapshot"]}


def test_what_is_hidden_is_in_no_text_and_no_key_of_the_file(tmp_path: Path) -> None:
    record = Record()
    record.hide(["Payroll", "s3cret(", "web"])
    record.fact("looks", {"PAYROLL | Ok": ["with s3cret( in it", "web"]})
    record.outcome("one", "failed", 1.0, "the VM ‘payroll’ is not ours")
    assert written(record, tmp_path)["facts"] == {
        "looks": {f"{HIDDEN} | Ok": [f"with {HIDDEN} in it", HIDDEN]}
    }
    assert "ayroll" not in (tmp_path / "result.json").read_text(encoding="utf-8").lower()


def test_a_short_name_spoils_no_longer_word(tmp_path: Path) -> None:
    record = Record()
    record.hide(["vm", "  ", ""])
    record.fact("text", "vm in vmcx")
    assert written(record, tmp_path)["facts"]["text"] == f"{HIDDEN} in vmcx"


def test_a_secret_is_hidden_also_within_a_word(tmp_path: Path) -> None:
    record = Record()
    record.hide_secret("hunter2")
    record.fact("text", "xhunter2y")
    assert written(record, tmp_path)["facts"]["text"] == f"x{HIDDEN}y"
