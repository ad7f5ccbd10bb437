"""Names as people write them: what goes to a host comes back from it, letter for letter."""

from __future__ import annotations

import pytest

from tests.support.agent_answer import Message
from tests.support.agent_connection import AgentConnection
from tests.support.backends import Backend

NAMES = {
    "quotes": "'one' \"two\" ‘three’ “four” `five`",
    "code": "$(Stop-Computer); $env:PATH & | > <# x #> {0} @{a=1} %TEMP%",
    "wildcards": "[abc] * ? `* [!a]",
    "right to left": "نقطة تفتيش \u202eabc\u202c שלום",
    "emoji": "🧪👩‍🔬🏴󠁧󠁢󠁥󠁮󠁧󠁿 before",
    "accents": "Über­prüfung é e\u0301 ﬁ",
    "scripts": "検査 검사 ตรวจ проверка",
    "slashes": "C:\\x\\y /z \\\\server\\share",
    "blanks": "a  b\u00a0c\u3000d",
    "dates": "2026-01-02T03:04:05Z",
    "numbers": "007",
    "hyphens": "-Name – — ‑x",
}


@pytest.fixture(scope="module")
def vm(backend: Backend) -> Message:
    """A VM for all these names."""
    return backend.vm("Off")


@pytest.mark.parametrize("kind", NAMES)
def test_a_checkpoint_may_have_any_name(
    backend: Backend, connection: AgentConnection, vm: Message, kind: str
) -> None:
    made = connection.ask("vm.checkpoint", ids=[vm["id"]], name=NAMES[kind]).result
    assert "error" not in made
    told = {each["id"]: each["name"] for each in backend.read(vm["id"])["checkpoints"]}
    assert told[made["checkpoint"]] == NAMES[kind]


def test_a_name_of_10_000_characters_is_refused_in_one_piece(
    connection: AgentConnection, vm: Message
) -> None:
    name = "検" * 10_000
    error = connection.ask("checkpoint.rename", ids=[vm["checkpoints"][0]["id"]], name=name).result["error"]
    assert error["category"] == "InvalidArgument"
    assert error["target"] == name


@pytest.mark.parametrize("kind", ["quotes", "emoji", "right to left", "code"])
def test_a_folder_may_have_any_name(
    backend: Backend, connection: AgentConnection, vm: Message, kind: str
) -> None:
    folder = "D:\\" + NAMES[kind].replace("\\", "").replace(":", "").replace("/", "")
    answer = connection.ask("checkpoint.export", ids=[vm["checkpoints"][0]["id"]], path=folder)
    assert "error" not in answer.result
    assert all(path.startswith(folder) for path in backend.host.get_child_item(folder))
    assert backend.host.get_child_item(folder)
