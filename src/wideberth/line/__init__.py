"""What two nodes do so that both hold the same entries: steps without clock, chance, disk or network.

`step.step` takes one event and gives the effects that the node is to carry out, in order. docs/line.md has
it in words, with its tables.
"""
