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


def test_what_a_row_claims_and_what_may_be_said_of_it_is_a_table() -> None:
    from wideberth.model import site

    assert set(site.VERIFICATION) == set(site.STAGES)
    for checks in site.VERIFICATION.values():
        assert set(checks.values()) <= set(site.STAGES)
    # one person alone never comes to verified
    assert "verified" not in site.VERIFICATION["stated"].values()
    assert set(site.TRANSITIONS) == {"none", *site.SAID} == set(site.STATUSES)
    for status, after in site.TRANSITIONS.items():
        assert status not in after
        assert ("received" in after) == (status in ("none", "unclear"))
    assert site.verification_table().count("\n") == 2 + sum(map(len, site.VERIFICATION.values()))
    assert "| none | nothing was said: that means nothing, and is never consent |" in site.status_table()


def test_no_word_of_a_status_reads_as_leave() -> None:
    from wideberth.model import site

    for words in (*site.STATUSES.values(), *site.STAGES.values()):
        assert not {"safe", "approved", "cleared", "permitted", "granted"} & set(words.split())
    assert "no permission and no guarantee" in site.NOTICE


def test_the_page_has_the_tables_of_the_code() -> None:
    from pathlib import Path

    from wideberth.model import site

    page = (Path(__file__).parents[2] / "docs" / "sites.md").read_text(encoding="utf-8")
    assert site.verification_table() in page
    assert site.status_table() in page
    assert site.NOTICE in page
