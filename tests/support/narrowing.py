"""What the types leave open and a test knows."""

from typing import TypeVar

T = TypeVar("T")


def not_none(value: T | None) -> T:
    """Return a value that a test knows to be there."""
    assert value is not None
    return value
