"""The catalogue of what Hyper-V and PowerShell report, and what it means: read from `resources/errors/hyperv.toml`.

Errors are compared by numbers and identifiers alone, so it works in every language of a host.
"""

from __future__ import annotations

import tomllib
from functools import cache

from hvtree.assets import resource
from hvtree.domain.error_record import ErrorRecord
from hvtree.domain.explanations import Explanation, Key, Table, find
from hvtree.domain.names import in_one_line


@cache
def catalogue() -> Table:
    """Return every record that HVTree can explain."""
    with resource("errors/hyperv.toml").open("rb") as file:
        cases = tomllib.load(file)
    table: dict[Key, Explanation] = {}
    for code, case in cases.items():
        records = case.pop("records")
        table.update(dict.fromkeys((Key(**record) for record in records), Explanation(code, **case)))
    return table


def explain(record: ErrorRecord) -> Explanation | None:
    """Return what a host's error record means, or None if it is not in the catalogue."""
    return find(record, catalogue())


def told(record: ErrorRecord) -> Explanation:
    """Return the explanation to show, with the host's own words where the catalogue has none or they say more."""
    words = in_one_line(record.message)
    known = explain(record)
    if known is None:
        return Explanation("unknown", words or "The host gave no reason.")
    if known.keeps_words and words:
        return Explanation(known.code, known.what, f"{known.why} The host says: {words}".strip(), known.now)
    return known
