"""One run of the program, as the journal names it."""

from __future__ import annotations

import os
import platform
import uuid

from msgspec import Struct, field

from hvtree.app.user_name import user_name


class Run(Struct, frozen=True):
    """One run of the program, as the journal names it."""

    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    computer: str = field(default_factory=platform.node)
    user: str = field(default_factory=user_name)
    process: int = field(default_factory=os.getpid)
