"""Embedded instances of WMI: an instance as the text that methods such as ModifySystemSettings take (fact 244)."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping

from msgspec import Struct

_LARGEST = 1 << 20
"""Characters of such a text: far more than WinRM lets through."""


class EmbeddedError(Exception):
    """A text that is no instance."""


class Embedded(Struct, frozen=True):
    """An instance with those properties alone that its text has."""

    class_name: str
    values: Mapping[str, tuple[str, ...]]

    def text(self, name: str) -> str:
        """Return the value of a property that is one text; empty for another one."""
        found = self.values.get(name, ())
        return found[0] if len(found) == 1 else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the values of a property."""
        return self.values.get(name, ())


def embedded(text: str) -> Embedded:
    """Read an instance in the XML of CIM's DTD 2.0; raise `EmbeddedError` for any other text."""
    if len(text) > _LARGEST or "<!" in text:  # no entities of anybody's own
        raise EmbeddedError(text[:40])
    try:
        root = ET.fromstring(text)  # noqa: S314  (it declares nothing, see above)
    except (ET.ParseError, ValueError) as error:  # halves of characters cannot even be encoded
        raise EmbeddedError(str(error)) from error
    if root.tag != "INSTANCE":
        raise EmbeddedError(root.tag)
    values: dict[str, tuple[str, ...]] = {}
    for each in root:
        path = {"PROPERTY": "VALUE", "PROPERTY.ARRAY": "VALUE.ARRAY/VALUE"}.get(each.tag)
        if path is None:
            raise EmbeddedError(each.tag)
        values[each.get("NAME", "")] = tuple(value.text or "" for value in each.findall(path))
    return Embedded(root.get("CLASSNAME", ""), values)
