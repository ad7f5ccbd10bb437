"""How long to wait before a host is tried again: longer each time, with a ceiling."""

from __future__ import annotations

from dataclasses import dataclass

from hvtree.domain.certificate import CertificateFailure
from hvtree.domain.errors import AuthenticationFailure, BadInput, HVTreeError, Refused


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waiting times in seconds: `first_s`, then doubled up to `most_s`."""

    first_s: float = 2
    most_s: float = 60

    def wait_s(self, failures: int) -> float:
        """Return how long to wait after that many failures in a row, from 1 on."""
        return min(self.most_s, self.first_s * 2.0 ** min(failures - 1, 30))


def may_retry(error: HVTreeError) -> bool:
    """Return whether trying again by itself can help and cannot harm.

    A refused password never is: repeating it would lock the account. Wrong settings stay wrong, and a certificate that is
    not trusted is for the user to decide.
    """
    return not isinstance(error, AuthenticationFailure | BadInput | CertificateFailure | Refused)
