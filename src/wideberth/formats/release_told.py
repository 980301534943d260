"""A released document as one recipient's copy has it: its sentences chosen, its records in their order.

Every format of a copy is made of this value and of nothing else, so all say the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from wideberth.model.release import Document, Record


class Told(Struct, frozen=True):
    """One copy, before it is written.

    Attributes:
        document: what is released.
        records: those of the document, in the order that this copy has.
        marks: what stands on every page and in every row.
        heading: sentences before the records.
        remarks: by the number of a record, the sentences about it.
        closing: sentences after the records: caveats and handling.
        token: of this copy, for what is not shown (metadata).
    """

    document: Document
    records: tuple[Record, ...]
    marks: tuple[str, ...]
    heading: tuple[str, ...]
    remarks: Mapping[int, tuple[str, ...]]
    closing: tuple[str, ...]
    token: str
