"""The connection doctor: tries each stage of the way to a host, and says what came back, what it means and what to do."""
