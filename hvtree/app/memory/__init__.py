"""What HVTree remembers of what it has done: one SQLite file that windows and command lines of one user share.

`database` opens the file, `schema` says what is in it; `journal` is what jobs write, with `records` for plans as text;
`kept_notes` has the notes that hosts would not take; `groups` the user's groups and what was taken of group checkpoints;
`history` finds jobs again as `entries`, made of `rows`; `runs` tells which program is still there.
"""
