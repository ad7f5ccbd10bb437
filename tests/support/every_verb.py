"""The verbs of all operations that there are, found in the package itself."""

from __future__ import annotations

import importlib
import pkgutil

import hvtree.operations


def every_verb() -> frozenset[str]:
    """Return the verb of each class in `hvtree.operations` that has one."""
    names = (each.name for each in pkgutil.iter_modules(hvtree.operations.__path__))
    modules = [importlib.import_module(f"hvtree.operations.{name}") for name in names]
    classes = (value for module in modules for value in vars(module).values() if isinstance(value, type))
    return frozenset(verb for each in classes if isinstance(verb := getattr(each, "verb", None), str))
