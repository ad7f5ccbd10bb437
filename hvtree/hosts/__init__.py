"""The connection to a host: messages, wire format and the sessions that carry them."""
