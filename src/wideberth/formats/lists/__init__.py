"""Notification lists: sites and movements in CSV, XLSX and ODS, as people keep them.

`columns` are the headers in six languages, `csvtext` and `workbook` make sheets of bytes, `header` finds the
columns, `moments`, `cells` and `positions` read cells, `entries` rows, `reader` a file; `writer` and
`template` write; `compare` tells two editions of one list apart.
"""
