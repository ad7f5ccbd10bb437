"""HVTree's agent in Python: answers the wire protocol on top of the cmdlets, as `agent.ps1` does."""
