"""A log record is one bounded line that no name can break or forge and that tells no secret."""

import base64
import html
import json
import logging
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis.strategies import text

from hvtree.app.log_line import HIDDEN, LOG_LINE_LIMIT, LogLine

PASSWORD = "Pä55 \"w'rd\\<&"


def line_of(message: str, *values: object, exception: BaseException | None = None, hidden: str = "") -> str:
    """Return the line that a record becomes."""
    formatter = LogLine()
    formatter.hide(hidden)
    trace = (type(exception), exception, exception.__traceback__) if exception is not None else None
    return formatter.format(logging.LogRecord("hvtree.x", logging.INFO, __file__, 1, message, values, trace))


def fail(words: str) -> None:
    raise ValueError(words)


@pytest.mark.parametrize(
    "name",
    [
        "\n2026-11-26T04:00:00.000Z INFO 1 hvtree: forged",
        "a\r\nb",
        "\x1b[2J\x1b[31mred",
        "\u202egnirts\u2066",
        "\u2028\u2029\x85\x0b\x0c",
        "\ud800",
        "\x00\x08\x7f",
        "\u200b\ufeff",
    ],
)
@pytest.mark.parametrize("how", ["%s", "%r"])
def test_a_name_from_a_host_stays_in_its_line_and_acts_on_nothing(name: str, how: str) -> None:
    line = line_of(f"vm {how} was read", name)
    assert line.isprintable()
    assert line.splitlines() == [line]


@given(text())
def test_any_text_becomes_one_printable_line(name: str) -> None:
    line = line_of("%s", name, hidden="correct horse")
    assert line.isprintable()
    assert len(line) < LOG_LINE_LIMIT + 100


def test_readable_letters_stay_as_they_are() -> None:
    assert line_of("vm %r", "検査 Grüße 🧪").endswith("vm '検査 Grüße 🧪'")


def test_a_name_of_100_000_characters_is_cut_and_the_rest_counted() -> None:
    line = line_of("vm %s", "x" * 100_000)
    assert len(line) < LOG_LINE_LIMIT + 100
    assert line.endswith("more characters")


def test_a_name_of_100_000_line_breaks_is_bounded_too() -> None:
    assert len(line_of("vm %s", "\n" * 100_000)) < LOG_LINE_LIMIT + 100


def test_a_traceback_is_in_the_same_line() -> None:
    with pytest.raises(ValueError, match="first") as caught:
        fail("first\nsecond")
    line = line_of("failed", exception=caught.value)
    assert line.isprintable()
    assert "ValueError: first\\nsecond" in line


def test_a_line_begins_with_the_time_in_utc_and_the_level() -> None:
    record = logging.LogRecord("hvtree.x", logging.INFO, __file__, 1, "read", (), None)
    record.created = 1_795_668_673.25
    assert LogLine().format(record).startswith("2026-11-26T04:51:13.250Z INFO ")


@pytest.mark.parametrize(
    "spelled",
    [
        PASSWORD,
        repr(PASSWORD),
        json.dumps(PASSWORD),
        json.dumps(PASSWORD, ensure_ascii=False),
        quote(PASSWORD),
        base64.b64encode(PASSWORD.encode()).decode(),
        base64.b64encode(PASSWORD.encode("utf-16-le")).decode(),
        "Pä55 \"w'rd\\&lt;&amp;",
    ],
)
def test_a_known_password_is_hidden_however_it_is_spelled(spelled: str) -> None:
    line = line_of("said %s then", spelled, hidden=PASSWORD)
    assert HIDDEN in line
    assert "w'rd" not in line
    assert line.endswith(" then")


ESCAPINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "repr": repr,
    "repr beside both quotes": lambda each: repr(f"said '\"{each}"),
    "json": json.dumps,
    "json, any letter": lambda each: json.dumps(each, ensure_ascii=False),
    "html": html.escape,
    "percent": lambda each: quote(each, safe=""),
    "percent, lower case": lambda each: re.sub("%..", lambda found: found[0].lower(), quote(each, safe="")),
    "PowerShell": lambda each: each.replace("'", "''"),
    "bytes": lambda each: repr(each.encode()),
    "bytes beside both quotes": lambda each: repr(b"said '\"" + each.encode()),
    "UTF-16 bytes": lambda each: repr(each.encode("utf-16-le")),
    "hex": lambda each: each.encode().hex(),
    "UTF-16 in hex, upper case": lambda each: each.encode("utf-16-le").hex().upper(),
}


@pytest.mark.parametrize("inner", ESCAPINGS)
@pytest.mark.parametrize("outer", ["plain", "repr", "repr beside both quotes", "json", "json, any letter"])
@pytest.mark.parametrize("password", ["pa'ss1word", 'pa"ss1word', "pa\\ss1word", "paßs1word", PASSWORD])
def test_a_known_password_is_hidden_when_it_is_escaped_twice(password: str, inner: str, outer: str) -> None:
    spelled = ESCAPINGS[inner](password)
    line = line_of("%s", ESCAPINGS[outer](f"[{spelled}]"), hidden=password)
    assert HIDDEN in line
    assert "rd" not in line.partition("hvtree.x: ")[2]


def test_a_known_password_is_hidden_where_another_quote_decides_how_it_is_escaped() -> None:
    assert "ss1word" not in line_of("%r", 'say "hi" pa\'ss1word', hidden="pa'ss1word")


def test_a_known_password_is_hidden_in_a_traceback() -> None:
    with pytest.raises(ValueError, match="cannot use") as caught:
        fail(f"cannot use {PASSWORD}")
    assert PASSWORD not in line_of("failed", exception=caught.value, hidden=PASSWORD)


def test_a_password_at_the_place_where_a_line_is_cut_is_hidden_as_well() -> None:
    line = line_of(
        "%s%s",
        "x" * (LOG_LINE_LIMIT - 60),
        "correct horse battery staple",
        hidden="correct horse battery staple",
    )
    assert "correct" not in line


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Authorization: Negotiate TlRMTVNTUAADAAAA\r\nHost: a", "TlRM"),
        ("{'Authorization': 'Basic ZGVtbzpob3JzZQ=='}", "ZGVt"),
        ('"Authorization": "Kerberos YIIGhgYJKoZIhvcSAQICAQBuggZ1"', "YIIG"),
        ("WWW-Authenticate: Negotiate oYHqMIHnoAMKAQGhDAYKKwYBBAGC", "oYHq"),
        ("the answer was TlRMTVNTUAACAAAAEAAQADgAAAA=", "TlRM"),
        (repr(b"NTLMSSP\x00\x03\x00\x00\x00tail"), "tail"),
        ("password = hunter22", "hunter22"),
        ('{"HVTREE_PASSWORD": "hunter22"}', "hunter22"),
        ("client_secret='hunter22'", "hunter22"),
        ("http://demo:hunter22@hv01:5985/wsman", "hunter22"),
        ("Set-Cookie: session=hunter22", "hunter22"),
        ("password=correct hunter22", "hunter22"),
        ("password=correct\\hunter22", "hunter22"),
        (json.dumps({"password": 'correct"hunter22'}), "hunter22"),
        (json.dumps(json.dumps({"password": 'correct"hunter22'})), "hunter22"),
        (repr({"password": "correct'hunter22"}), "hunter22"),
        ('"password": "cut before its end hunter22', "hunter22"),
        ("http://demo:cor:re/c@t:hunter22@hv01:5985/wsman", "hunter22"),
        ("http://demo@lab:hunter22@hv01:5985/wsman", "hunter22"),
        ("passphrase: hunter22", "hunter22"),
        ("passcode=hunter22", "hunter22"),
    ],
)
def test_login_headers_and_named_secrets_are_hidden_though_nobody_told_them(text: str, secret: str) -> None:
    line = line_of("%s", text)
    assert HIDDEN in line
    assert secret not in line


def test_what_stands_beside_a_named_secret_can_be_read() -> None:
    line = line_of("%s", json.dumps({"user": "demo", "password": "a\\", "host": "hv01"}))
    assert line.endswith('{"user": "demo", "password": [hidden], "host": "hv01"}')


@pytest.mark.parametrize(
    "sentence",
    [
        "The password of ‘demo’ was refused.",
        "offers Negotiate, Kerberos and Basic authentication",
        "http://hv01:5985/wsman as demo@lab.local",
    ],
)
def test_plain_sentences_stay_whole(sentence: str) -> None:
    assert line_of("%s", sentence).endswith(sentence)


def test_a_tiny_password_does_not_blacken_the_log() -> None:
    assert line_of("a banana", hidden="a").endswith("a banana")


class Unprintable:
    """Something that cannot be written down."""

    def __repr__(self) -> str:
        raise RuntimeError("hunter22")


@pytest.mark.parametrize(("message", "value"), [("read %d VMs", "three"), ("read %r", Unprintable())])
def test_a_call_whose_message_cannot_be_made_leaves_a_line_that_says_where_it_is(
    message: str, value: object
) -> None:
    line = line_of(message, value)
    assert "INFO" in line
    assert "hvtree.x: " in line
    assert "test_log_line.py:1" in line
    assert message in line
    assert "hunter22" not in line
