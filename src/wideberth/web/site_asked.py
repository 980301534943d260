"""What is asked of the API about lists of sites; rows as formats.listed_json has them.

Strict: a field that is not known is refused.
"""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from wideberth.model.site import Status
from wideberth.store.personal import FIELDS

Version = Annotated[int, Meta(ge=1)]


class Edition(Struct, frozen=True, forbid_unknown_fields=True):
    """An edition of the list of this name, or its first; `withdrawn` are rows that their owner withdraws."""

    name: str
    rows: list[dict[str, Any]]
    withdrawn: list[str] = []


class Verify(Struct, frozen=True, forbid_unknown_fields=True):
    """The place of a row is verified, in the version that was looked at."""

    row: str
    version: Version


class Revalidate(Struct, frozen=True, forbid_unknown_fields=True):
    """A place was looked at again; by `review` it is to be looked at next."""

    row: str
    version: Version
    review: str


class Person(Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of people beside a row, until a day."""

    row: str
    fields: Annotated[dict[str, str], Meta(max_length=FIELDS)]
    until: str


class Answer(Struct, frozen=True, forbid_unknown_fields=True):
    """What is said of a version of a list: of all rows, or of some. It is never permission."""

    version: Version
    all: Status | None = None
    rows: dict[str, Status] = {}


class Touching(Struct, frozen=True, forbid_unknown_fields=True):
    """Volumes of an activity, as the native JSON has them: which sites do they come too near to?"""

    volumes: list[dict[str, Any]]
    activity: str = ""
