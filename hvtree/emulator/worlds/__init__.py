"""What is on an emulated host at the start: described in JSON or generated, checked, and built."""
