"""Inputs for a target: sound samples that were damaged byte by byte, or value by value where they are JSON."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any

from tests.fuzz.target import Target

_DEEP: list[Any] = []
for _ in range(300):
    _DEEP = [_DEEP]
ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1 << 31,
    1 << 63,
    1 << 80,
    10**400,
    0.5,
    1e308,
    float("nan"),
    "",
    " ",
    "\x00",
    "\ud800",
    "²",
    "x" * 70_000,
    "a\nb",
    "{0.__class__}",
    "2020-01-01",
    "2020-01-01T00:00:00",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59.999999-14:00",
    "99999999999999999999",
    "999999y ago",
    [],
    {},
    [None],
    {"": None},
    _DEEP,
)
"""Values that are right somewhere, and wrong nearly everywhere."""
BYTES = (
    b"",
    b"\0",
    b"\n",
    b"\r\n",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"%s",
    b"-1",
    b"9" * 5_000,
    b"[" * 2_000,
    b"<" * 500,
)


def made(target: Target, random: Random) -> bytes:
    """Return a damaged sample of a target, or now and then what has nothing to do with it."""
    sample = random.choice(target.samples)
    kind = random.random()
    if kind < 0.05:
        return random.randbytes(random.randrange(200))
    return mutated(sample, random, (*BYTES, *target.words))


def mutated(data: bytes, random: Random, words: tuple[bytes, ...]) -> bytes:
    """Return other bytes, of which the most is as it was; of JSON it is mostly the values that are others."""
    record = _record(data)
    if record is None or random.random() < 0.25:
        return _damaged(data, random, words)
    return json.dumps(_changed(record, random)).encode()


def _damaged(data: bytes, random: Random, words: tuple[bytes, ...]) -> bytes:
    """Return bytes of which some pieces are gone, doubled, or something else."""
    for _ in range(random.randint(1, 4)):
        begin = random.randint(0, len(data))
        end = min(len(data), begin + random.choice([0, 0, 1, 2, 8, 64, 1_000]))
        put = random.choice(
            [random.choice(words), random.randbytes(random.randrange(4)), data[begin:end] * 2]
        )
        data = data[:begin] + put + data[end:]
    return data


def _changed(record: Any, random: Random) -> Any:
    """Return a JSON value of which some parts are gone, others, or somewhere else as well."""
    for _ in range(random.randint(1, 3)):
        places = list(_places(record))
        if not places:
            break
        holder, key = random.choice(places)
        act = random.choice(["put", "put", "put", "drop", "graft", "double"])
        if act == "put":
            holder[key] = copy.deepcopy(
                random.choice((*ODD, random.randrange(100), chr(random.randrange(0xD7FF))))
            )
        elif act == "drop":
            del holder[key]
        elif act == "graft":
            other, name = random.choice(places)
            holder[key] = copy.deepcopy(other[name])
        elif isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
    return record


def _places(record: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place in a record, as what holds it and its key there."""
    waiting = [record]
    while waiting:
        holder = waiting.pop()
        keys = holder.keys() if isinstance(holder, dict) else range(len(holder))
        for key in keys:
            yield holder, key
            if isinstance(holder[key], dict | list):
                waiting.append(holder[key])


def _record(sample: bytes) -> Any:
    try:
        record = json.loads(sample)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict | list) else None
