"""The command lines that start the agent: plain, short, untouched by cmd; and the agent's text as lines that can be measured."""

from __future__ import annotations

import pytest

from hvtree.emulator.powershell.command_words import words
from hvtree.hosts import agent_starter, wire
from hvtree.hosts.agent_starter import CUT_OFF, DAMAGED, RESTRICTED
from hvtree.hosts.channel import SEND_LIMIT
from hvtree.hosts.powershell_facts import SCRIPT as FACTS

SCRIPTS = {
    "raw": agent_starter.STARTER,
    "lines": agent_starter.LINES_STARTER,
    "call": agent_starter.BATCH_STARTER,
}
ALL = {**SCRIPTS, "facts": FACTS}


def command_line(script: str) -> str:
    return " ".join((agent_starter.EXECUTABLE, *agent_starter.arguments_for_cmd(script)))


@pytest.mark.parametrize("script", ALL.values(), ids=ALL)
def test_the_command_line_is_far_below_the_limit_of_cmd(script: str) -> None:  # fact 219
    assert len(command_line(script)) < 2_000


@pytest.mark.parametrize("script", ALL.values(), ids=ALL)
def test_the_script_stands_on_the_command_line_as_it_is(script: str) -> None:  # fact 236
    line = command_line(script)
    assert line.endswith(f' -Command "{script}"')
    assert words(line)[-1] == script
    assert not set(script) & set('"%\r\n')


@pytest.mark.parametrize("script", ALL.values(), ids=ALL)
def test_nothing_on_the_command_line_is_encoded_or_packed(script: str) -> None:
    line = command_line(script).lower()
    assert not [sign for sign in ("encoded", "base64", "gzip", "compress", "iex") if sign in line]


def test_a_script_that_cmd_would_change_is_not_sent() -> None:  # fact 236
    for script in ('"quoted"', "%PATH%", "two\nlines"):
        with pytest.raises(ValueError, match="cmd would change"):
            agent_starter.arguments_for_cmd(script)


def test_powershell_leaves_standard_input_to_the_first_starter_alone() -> None:
    has_input = {name: "$input" in script.lower() for name, script in SCRIPTS.items()}
    assert has_input == {"raw": False, "lines": True, "call": True}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_an_emulated_host_knows_the_starter_by_the_marker(script: str) -> None:
    assert wire.MARKER.decode() in script


def test_the_agent_travels_as_its_own_plain_text() -> None:
    text = agent_starter.agent_text()
    first, *lines, last = text.decode("ascii").splitlines()
    assert "\n".join(lines).encode() == agent_starter.agent_script().removesuffix(b"\n")
    assert (first, last) == ("#hvtree-begin", f"#hvtree-end {sum(len(line) + 1 for line in lines)}")
    assert len(text) < 2 * SEND_LIMIT


def test_the_agents_text_is_made_once_for_all_connections() -> None:
    assert agent_starter.agent_text() is agent_starter.agent_text()


@pytest.mark.parametrize(
    ("script", "size"),
    [(b"a\nb", 4), (b"a\r\nb\r\n", 4), (b"", 1), ("é\n".encode(), 2), ("🧪\n".encode(), 3)],
)
def test_a_text_is_measured_as_net_measures_it(script: bytes, size: int) -> None:
    assert agent_starter.framed(script).splitlines()[-1] == b"#hvtree-end %d" % size


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (f"{CUT_OFF}\r\nAt line:1 char:513", CUT_OFF),
        ("The text of the HVTree agent was dam\r\naged on its way to the ho\r\nst.", DAMAGED),
        (f"{RESTRICTED}ConstrainedLanguage\r\nAt line:1", f"{RESTRICTED}ConstrainedLanguage."),
        ("out of memory", ""),
    ],
)
def test_a_refusal_is_known_however_powershell_breaks_its_lines(said: str, reason: str) -> None:  # fact 237
    assert agent_starter.reason_in(said) == reason
