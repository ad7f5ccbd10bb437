"""Dialogs: plans to approve, names to type, hosts to connect."""
