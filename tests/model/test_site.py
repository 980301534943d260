"""A site is unverified until somebody says otherwise, and never changes in place."""

from __future__ import annotations

import msgspec
import pytest

from wideberth.model.site import Site
from wideberth.space.ground import Circle

HERE = Circle((330_000_000, 350_000_000), 500_000)


def test_a_site_claims_nothing_that_was_not_stated() -> None:
    site = Site("s-1", "Water point 4", HERE)
    assert (site.kind, site.grade, site.source, site.review) == ("", "unverified", "", None)


def test_a_site_is_a_value() -> None:
    site = Site("s-1", "Clinic", HERE, grade="verified", source="two visits", review=1)
    assert site == Site("s-1", "Clinic", HERE, grade="verified", source="two visits", review=1)
    with pytest.raises(AttributeError):
        setattr(site, "grade", "unverified")  # noqa: B010 - an assignment would not pass the type check


def test_a_site_survives_the_codec_and_an_unknown_grade_does_not() -> None:
    site = Site("s-1", "Clinic", HERE, grade="single_source")
    assert msgspec.json.decode(msgspec.json.encode(site), type=Site) == site
    with pytest.raises(msgspec.ValidationError, match="grade"):
        msgspec.json.decode(msgspec.json.encode(site).replace(b"single_source", b"rumour"), type=Site)
