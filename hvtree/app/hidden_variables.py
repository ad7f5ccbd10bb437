"""Variables of the environment that hold passwords, and are kept from every other program."""

from __future__ import annotations

PASSWORD_VARIABLE = "HVTREE_PASSWORD"  # noqa: S105  (the variable's name, no password)
EMULATOR_PASSWORD_VARIABLE = "HVTREE_EMULATOR_PASSWORD"  # noqa: S105
HIDDEN_VARIABLES = (PASSWORD_VARIABLE, EMULATOR_PASSWORD_VARIABLE)
