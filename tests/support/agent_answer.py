"""What an agent answers to one request, as a test looks at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Message = dict[str, Any]


@dataclass
class Answer:
    """What came back for one request."""

    message: Message
    parts: list[Message] = field(default_factory=list)
    progress: list[Message] = field(default_factory=list)

    @property
    def ok(self) -> Message:
        """The good answer; fails the test with the error if there is none."""
        assert "ok" in self.message, self.message
        return dict(self.message["ok"])

    @property
    def error(self) -> Message:
        """The error; fails the test if it went well."""
        assert "error" in self.message, self.message
        return dict(self.message["error"])

    @property
    def vms(self) -> list[Message]:
        """The VMs of an inventory, in the order of the host."""
        return [vm for part in self.parts for vm in part["vms"]]

    @property
    def by_name(self) -> dict[str, Message]:
        """The VMs of an inventory, by name."""
        return {vm["name"]: vm for vm in self.vms}

    @property
    def result(self) -> Message:
        """The result of a request about one thing."""
        (result,) = self.ok["results"]
        return dict(result)

    @property
    def results(self) -> list[Message]:
        """The results of a request, in its order."""
        return list(self.ok["results"])

    @property
    def by_id(self) -> dict[str, Message]:
        """The results of a request, by id."""
        return {result["id"]: result for result in self.results}
