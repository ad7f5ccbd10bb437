"""Item models: what the views show, with exact row operations."""
