"""Passwords: never shown, and found in the right order."""

import copy
import pickle
import traceback
from collections.abc import Callable

import pytest

from hvtree.app.credentials import Secret, find_password, from_environment
from hvtree.domain.errors import BadInput
from hvtree.domain.host_profile import HostProfile

PROFILE = HostProfile("lab", "http://hv01:5985/wsman", "admin")


@pytest.mark.parametrize("shown", [str, repr, "{}".format, "{:>40}".format, lambda s: f"{s!r}"])
def test_a_secret_is_not_shown(shown: Callable[[Secret], str]) -> None:
    assert "hunter2" not in shown(Secret("hunter2"))


def test_a_secret_in_a_traceback_of_its_owner_is_not_shown() -> None:
    error = ValueError(Secret("hunter2"), {"password": Secret("hunter2")})
    assert "hunter2" not in "".join(traceback.format_exception(error))


@pytest.mark.parametrize("write", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_secret_cannot_be_written_away(write: Callable[[Secret], object]) -> None:
    with pytest.raises(TypeError):
        write(Secret("hunter2"))


def test_a_secret_gives_its_password_when_asked_by_name() -> None:
    assert Secret("hunter2").reveal() == "hunter2"


def test_secrets_compare_by_password() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1


def test_the_first_source_that_knows_the_password_is_believed() -> None:
    asked: list[HostProfile] = []

    def later(profile: HostProfile) -> None:
        asked.append(profile)

    found = find_password(PROFILE, (from_environment({}), from_environment({"HVTREE_PASSWORD": "x"}), later))
    assert found == Secret("x")
    assert asked == []


def test_no_source_that_knows_gives_a_sentence_with_the_variable() -> None:
    with pytest.raises(BadInput) as caught:
        find_password(PROFILE, (from_environment({"HVTREE_PASSWORD": ""}),))
    assert "HVTREE_PASSWORD" in caught.value.sentence
