"""NOTAM (ICAO Annex 15, PANS-AIM Doc 10066 Appendix 4): notices to plans, and plans to drafts of notices.

`notices` parts a file into notices, `items` a notice into its items; `qline`, `validity`, `schedule`,
`limits` and `places` read the items; `subjects` says what a Q-code is about; `read` and `write` are the
format.
"""
