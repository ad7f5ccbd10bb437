"""Running operations: lanes per host, progress, cancelling and verdicts."""
