"""What may be done and what then holds: one file per noun, pure rules over entries.

A rule takes a state and gives entries or `Refused`; a fold takes entries and gives a state. No clock, chance,
disk or network.
"""
