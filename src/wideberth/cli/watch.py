"""`wideberth watch`: live tracks, and what is about to come too near; without a node, or in one that runs."""

from __future__ import annotations

import typer

from wideberth.cli import watch_alerts, watch_feed, watch_run, watch_tracks

WATCH_HELP = """\
Live tracks: which are about to lose their separation, to come into what is to be kept clear, or to leave
their own plan. `run` needs no node: it plays recordings or follows live sources. All else asks a node.

ALERT and TRACK are an id, the beginning of it, or a callsign.

\b
Examples:
  wideberth watch run ours.csv theirs.csv --preset crewed
  wideberth watch live
  wideberth watch alerts
  wideberth watch show w-4f2a --picture alert.svg
  wideberth watch take w-4f2a --role deputy
"""

watch = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
watch.command("run", short_help="Watch recordings or live sources without a node.", help=watch_run.RUN_HELP)(
    watch_run.run
)
watch.command("live", short_help="A table that lives: alerts and sources of the node.")(watch_alerts.live)
watch.command("alerts", short_help="List the alerts that are not over.")(watch_alerts.alerts)
watch.command("show", short_help="Show one alert; draw it.", help=watch_alerts.SHOW_HELP)(watch_alerts.show)
watch.command("take", short_help="Say that somebody has read an alert.", help=watch_alerts.TAKE_HELP)(
    watch_alerts.take
)
watch.command("tracks", short_help="List the tracks.")(watch_tracks.tracks)
watch.command("claim", short_help="Say whose a track is.", help=watch_tracks.CLAIM_HELP)(watch_tracks.claim)
watch.command("push", short_help="Give the node reports.", help=watch_tracks.PUSH_HELP)(watch_tracks.push)
watch.command("sources", short_help="List where the tracks come from, and how that stands.")(
    watch_tracks.sources
)
watch.command("feed", short_help="What the node publishes on maps, as a file.", help=watch_feed.FEED_HELP)(
    watch_feed.feed
)
