"""A feed as GeoJSON (RFC 7946): a FeatureCollection of one feature a volume, for maps that load a URL.

Beside the features it says as of when it is (`as_of`), until when it is to be believed (`stale`), and what is
to stand with it (`words`, `notice`): members that RFC 7946 leaves to whoever writes (6.1).
"""

from __future__ import annotations

import json
from typing import Final

from wideberth.formats import feed_shape
from wideberth.formats.feed_shape import KEEP_MS, Feed
from wideberth.formats.geojson import geometry_of
from wideberth.formats.times import to_rfc3339
from wideberth.model.site import NOTICE

MEDIA: Final = "application/geo+json"


def write(feed: Feed) -> bytes:
    """The document; without features where nothing is published. Raises: as feed_shape.drawn."""
    found, missing = feed_shape.drawn(feed)
    head = {
        "type": "FeatureCollection",
        "as_of": to_rfc3339(feed.as_of),
        "stale": to_rfc3339(feed.as_of + KEEP_MS),
        "level": feed.level,
        "kinds": list(feed.kinds),
        "words": list(feed_shape.described(feed, missing)),
        "notice": NOTICE,
        "not_shown": missing,
    }
    lines = [
        json.dumps(
            {
                "type": "Feature",
                "id": each.id,
                "properties": feed_shape.properties(each, feed),
                "geometry": geometry_of(each.volume.ground),
            },
            ensure_ascii=False,
            allow_nan=False,
        )
        for each in found
    ]
    said = json.dumps(head, ensure_ascii=False).removesuffix("}")
    return (said + ', "features": [\n' + ",\n".join(lines) + "\n]}\n").encode()
