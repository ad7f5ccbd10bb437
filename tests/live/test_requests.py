"""The contract's tests of requests and readings, on the host: greeting, texts, repeated requests, news, later readings."""

from __future__ import annotations

import pytest

from tests.contract.test_greeting import (
    test_a_line_may_come_in_any_pieces,
    test_a_line_that_is_no_request_is_an_error_without_an_id,
    test_a_ping_is_answered_with_a_time_in_utc,
    test_a_verb_without_what_it_needs_is_an_error,
    test_an_unknown_verb_is_an_error_and_ends_nothing,
    test_emit_sends_an_event,
    test_exit_is_answered_and_ends_the_agent,
    test_text_comes_back_as_it_was,
    test_the_first_word_is_a_greeting_in_the_version_of_this_protocol,
)
from tests.contract.test_reading import (
    test_a_later_reading_brings_what_changed_and_nothing_else,
    test_a_later_reading_names_the_vms_that_are_gone,
    test_a_reading_without_a_revision_is_full,
)
from tests.contract.test_requests import (
    test_a_change_is_told_unasked,
    test_a_repeated_request_is_done_once_and_answered_alike,
    test_a_request_that_is_repeated_while_it_is_at_work_is_answered_once,
    test_cancelling_what_is_not_at_work_does_nothing,
)
from tests.contract.test_texts import test_a_checkpoint_may_have_any_name
from tests.live.backend import LiveBackend
from tests.live.pipe_connection import GuardedConnection
from tests.support.agent_answer import Message

__all__ = [
    "test_a_change_is_told_unasked",
    "test_a_checkpoint_may_have_any_name",
    "test_a_later_reading_brings_what_changed_and_nothing_else",
    "test_a_later_reading_names_the_vms_that_are_gone",
    "test_a_line_may_come_in_any_pieces",
    "test_a_line_that_is_no_request_is_an_error_without_an_id",
    "test_a_ping_is_answered_with_a_time_in_utc",
    "test_a_reading_without_a_revision_is_full",
    "test_a_repeated_request_is_done_once_and_answered_alike",
    "test_a_request_that_is_repeated_while_it_is_at_work_is_answered_once",
    "test_a_verb_without_what_it_needs_is_an_error",
    "test_an_unknown_verb_is_an_error_and_ends_nothing",
    "test_cancelling_what_is_not_at_work_does_nothing",
    "test_emit_sends_an_event",
    "test_exit_is_answered_and_ends_the_agent",
    "test_text_comes_back_as_it_was",
    "test_the_first_word_is_a_greeting_in_the_version_of_this_protocol",
]

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def vm(backend: LiveBackend) -> Message:
    """A VM for all the names."""
    return backend.vm("Off")


def test_the_import_finds_the_module_and_the_rights(connection: GuardedConnection) -> None:
    facts = connection.ask("host.import").ok
    assert facts["has_module"] is True
    assert facts["is_administrator"] is True


def test_new_names_and_notes_of_a_vm_are_told(backend: LiveBackend, connection: GuardedConnection) -> None:
    vm = backend.vm("Off")
    revision = connection.ask("host.read", since=0).ok["revision"]
    backend.steward.ask("scratch.set", vm=vm["id"], name=f"{vm['name']}b", notes="two\nlines – «x»")
    (told,) = (each for each in connection.ask("host.read", since=revision).vms if each["id"] == vm["id"])
    assert (told["name"], told["notes"]) == (f"{vm['name']}b", "two\nlines – «x»")
