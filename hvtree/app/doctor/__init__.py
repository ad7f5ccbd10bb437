"""The connection doctor: runs the stages of a connection one by one, and says what came back, what it means and what to do."""
