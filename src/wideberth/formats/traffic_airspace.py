"""Airspace of the package traffic (xoolive/traffic): a name and stacked layers in flight levels."""

from __future__ import annotations

from wideberth.errors import Invalid
from wideberth.formats import jsontext
from wideberth.formats.format import Peek
from wideberth.formats.profile import NO_LOWER, NO_UPPER
from wideberth.formats.published import Published, assemble, line
from wideberth.formats.raw import Tally
from wideberth.formats.reading import Options, Reading
from wideberth.formats.uaszone import PARTS, polygons, text, thing
from wideberth.model.plan import UNSPECIFIED
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude, altitude_of


def known(peek: Peek) -> bool:
    """True for an object with a name and a list of shapes."""
    document = peek.json
    return isinstance(document, dict) and isinstance(document.get("shapes"), list) and "name" in document


def read(data: bytes, options: Options) -> Reading:
    """A plan for each layer, named after the airspace and its flight levels; level 0 below is SFC.

    Raises: Invalid (`file.*`, `json.*`, `airspace.type`, `airspace.empty`).
    """
    document = jsontext.parse(data)
    if not isinstance(document, dict) or not isinstance(document.get("shapes"), list):
        raise Invalid("airspace.type", "shapes", "no list of shapes", "name, type, shapes")
    layers: list[object] = document["shapes"]
    if not 0 < len(layers) <= PARTS:
        raise Invalid("airspace.empty", "shapes", f"{len(layers):,} shapes", f"from 1 to {PARTS:,}")
    tally = Tally()
    found: list[Published] = []
    faults: list[Invalid] = []
    for i, layer in enumerate(layers):
        path = f"shapes[{i}]"
        try:
            found.append(_layer(document, layer, path, tally))
        except Invalid as error:
            faults.append(error)
    return assemble(found, options, tally, faults)


def _layer(document: dict[str, object], found: object, path: str, tally: Tally) -> Published:
    layer = thing(found, path, "lower, upper, polygon")
    low, high = layer.get("lower"), layer.get("upper")
    lower, upper = _level(low, path, "lower"), _level(high, path, "upper")
    for level, note in ((lower, NO_LOWER), (upper, NO_UPPER)):
        if level is None:
            tally.tell(note, path)
    levels = "-".join(f"FL{each:03.0f}" for each in (low, high) if isinstance(each, int | float))
    shape = thing(layer.get("polygon"), f"{path}.polygon", "a Polygon")
    return Published(
        id=f"{text(document.get('name'))} {levels}",
        where=path,
        grounds=polygons(shape, f"{path}.polygon", tally),
        # level 0 stands for the ground, which in a low is not where 1013 hPa is
        lower=SURFACE if lower is None or lower.value <= 0 else lower,
        upper=upper or UNLIMITED,
        activity=line(text(document.get("type"))) or UNSPECIFIED,
    )


def _level(value: object, path: str, key: str) -> Altitude | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Invalid("airspace.type", f"{path}.{key}", value, "a flight level, such as 65")
    return altitude_of(value, "FL", "FL", f"{path}.{key}", "up" if key == "upper" else "down")
