"""Item Q: `FIR/QCODE/TRAFFIC/PURPOSE/SCOPE/LOWER/UPPER/CENTRE RADIUS` (PANS-AIM Doc 10066, Appendix 4)."""

from __future__ import annotations

import re

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.space.ground import Circle
from wideberth.space.place import Place, compact, place
from wideberth.space.units import NAUTICAL_MILE

WHOLE_FIR = 999
"""NM: the radius that stands for a whole flight information region."""

MISSING = "a Q-line with fields missing"
_CIRCLE = re.compile(r"(\d{4}|\d{6})([NS])(\d{5}|\d{7})([EW])(\d{3})?(?![\dA-Z])")


class QLine(Struct, frozen=True):
    """The fields as they stand; `lower` and `upper` in flight levels, `radius` in NM, None where missing."""

    fir: str = ""
    code: str = ""
    traffic: str = ""
    purpose: str = ""
    scope: str = ""
    lower: int | None = None
    upper: int | None = None
    centre: Place | None = None
    radius: int | None = None
    told: tuple[str, ...] = ()

    def circle(self) -> Circle | None:
        """All that the circle may mean: half a minute of its centre is added to its radius (WGS84).

        None where it is not stated, or stands for a whole region.
        """
        if self.centre is None or self.radius is None or self.radius == WHOLE_FIR:
            return None
        return Circle(self.centre.point, self.radius * NAUTICAL_MILE + self.centre.doubt)


def read_qline(text: str, where: str) -> QLine:
    """The Q-line of a notice. Fields that are missing are told.

    Raises: Invalid (`place.*`) for a centre that cannot be.
    """
    if not text:
        return QLine(told=(MISSING,))
    fields = [field.replace(" ", "") for field in text.split("/")]
    fields += [""] * (8 - len(fields))
    numbers = [int(field) if re.fullmatch(r"\d{1,3}", field) else None for field in fields[5:7]]
    joined = "".join(text.split()).rstrip(")")
    centre, radius = _circle(joined.rpartition("/")[2], f"{where}, item Q")
    partly = centre is None or radius is None or None in numbers or not all(fields[:5])
    return QLine(
        fir=fields[0],
        code=fields[1],
        traffic=fields[2],
        purpose=fields[3],
        scope=fields[4],
        lower=numbers[0],
        upper=numbers[1],
        centre=centre,
        radius=radius,
        told=(MISSING,) if partly else (),
    )


def _circle(text: str, path: str) -> tuple[Place | None, int | None]:
    match = _CIRCLE.search(text.replace("O", "0"))
    if match is None:
        return None, None
    try:
        centre = place(
            compact("lat", match[1], match[2] == "S"), compact("lon", match[3], match[4] == "W"), "Q-line"
        )
    except Invalid as error:
        raise Invalid(error.code, path, match[0], error.wanted) from None
    return centre, int(match[5]) if match[5] else None
