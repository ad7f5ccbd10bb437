"""What PowerShell said of an error."""

from __future__ import annotations

from msgspec import Struct


class ErrorRecord(Struct, frozen=True):
    """One PowerShell error record, as the host reported it. The message is localised; never parse it."""

    message: str
    category: str = "NotSpecified"
    fqid: str = ""
    """FullyQualifiedErrorId, such as `InvalidState,Microsoft.HyperV.PowerShell.Commands.SetVM`."""
    hresult: int | None = None
    target: str = ""

    @property
    def identifier(self) -> str:
        """The first part of the FullyQualifiedErrorId, such as `InvalidState`; empty if there is none."""
        return self.fqid.partition(",")[0]

    def as_text(self) -> str:
        """Return the record as lines to show or to copy."""
        lines = [self.message, f"CategoryInfo: {self.category}", f"FullyQualifiedErrorId: {self.fqid}"]
        if self.hresult is not None:
            lines.append(f"HRESULT: 0x{self.hresult & 0xFFFFFFFF:08X}")
        if self.target:
            lines.append(f"TargetObject: {self.target}")
        return "\n".join(lines)
