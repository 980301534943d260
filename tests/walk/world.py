"""A node with secrets, and four peers: told in full, coarsely, only that there is a conflict, and nothing.

Each secret record has canaries of its own. `World(secrets=False)` is its twin: what nobody outside may notice
is not there, or lies elsewhere within the same cells, and everything else happens alike.
"""

from __future__ import annotations

import hashlib
import random
from contextlib import ExitStack
from pathlib import Path
from typing import Final, Literal

from msgspec import structs

from tests.ledger.two import seed
from tests.store.peopled import WORDS
from tests.story import desks, whole
from tests.story.desks import DAY_MS, HOUR_MS, START
from tests.story.whole import OFFICERS, WALL_MS, Place, Time
from tests.walk.spelled import FOOT, Canary
from tests.web.reached import quick
from wideberth.desk.statement_entries import Declared
from wideberth.formats import agreement, agreement_draft
from wideberth.ledger import approval
from wideberth.ledger.approval import Subject
from wideberth.ledger.ids import KINDS
from wideberth.model.agreement import Party
from wideberth.model.communique import Text
from wideberth.model.plan import Plan
from wideberth.model.release import Caveats, Recipient
from wideberth.model.site import Listed
from wideberth.model.talks import Invitation
from wideberth.model.track import Report
from wideberth.node.calls import Asked
from wideberth.node.config import Config
from wideberth.node.filings import Given
from wideberth.node.node import Node
from wideberth.node.release_records import Choice
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Polygon
from wideberth.space.units import DEGREE
from wideberth.space.volume import Volume

OURS: Final = "Brenvolk Cell"
LEVELS: Final = ("full", "coarse", "conflict-only", "none")
PEERS: Final = dict(
    zip(LEVELS, ("Ostramund Staff", "Quillarne Staff", "Vexholm Staff", "Zandrith Staff"), strict=True)
)
"""What the peer of each level is called."""
AREAS: Final = {name: n for n, name in enumerate(("open", "quiet", "untold", "told", "far", "theirs"))}


def ring(name: str, moved: int = 0) -> tuple[tuple[int, int], ...]:
    """Four corners, some two kilometres apart, well inside one cell; `moved` to other places in that cell."""
    draw = random.Random(f"corners of {name} {moved}")
    lon, lat = 331_400_000 + 12_000_000 * AREAS[name], 341_400_000 + 3_000_000 * AREAS[name]
    near = ((0, 0), (200_000, 0), (200_000, 200_000), (0, 200_000))
    return tuple(
        (lon + dx + draw.randrange(1_111, 98_765), lat + dy + draw.randrange(1_111, 98_765))
        for dx, dy in near
    )


def heights(name: str, moved: int = 0) -> tuple[int, int]:
    """Two heights in 0.1 mm, of five digits in feet, within one layer."""
    draw = random.Random(f"heights {name} {moved}")
    return draw.randrange(10_101, 12_000) * FOOT, draw.randrange(12_001, 14_900) * FOOT


def times(name: str, moved: int = 0) -> tuple[int, int]:
    """From when until when, on no whole minute, within the same hours, on a day of its own."""
    draw = random.Random(f"times {name} {moved}")
    begin = START + AREAS[name] * DAY_MS
    # at another time of day than that at which all of it happens
    begin += 6 * HOUR_MS - begin % HOUR_MS
    return begin + draw.randrange(301, 1_700) * 1_000, begin + 2 * HOUR_MS + draw.randrange(
        301, 3_500
    ) * 1_000


def volume(name: str, moved: int = 0) -> Volume:
    low, high = heights(name, moved)
    return Volume(
        Polygon((ring(name, moved),)), Altitude("MSL", low), Altitude("MSL", high), *times(name, moved)
    )


def where(name: str, moved: int = 0) -> list[Canary]:
    """The canaries of `volume`."""
    return [
        Canary(f"{name}.place", points=ring(name, moved)),
        Canary(f"{name}.height", heights=heights(name, moved)),
        Canary(f"{name}.time", times=times(name, moved)),
    ]


def around() -> Polygon:
    """The ground of the peers' own plans: in whole degrees, so that no corner is taken for one of ours."""
    return Polygon((tuple((lon * DEGREE, lat * DEGREE) for lon, lat in SQUARE),))


def word(name: str) -> str:
    """What stands in a field of that name, and nowhere else."""
    draw = random.Random(f"word {name}")
    return "".join(draw.choice("bdfgklmnprtvz") + draw.choice("aeiou") for _ in range(5)).capitalize()


WRITTEN: Final = (
    *(f"{plan}.{field}" for plan in ("open", "quiet") for field in ("label", "note", "callsign")),
    *(f"{row}.{field}" for row in ("untold", "told") for field in ("list", "name", "source", "person")),
    "said.text", "held.text", "talks.title", "call.text", "far.label", "far.callsign", "far.words",
    "manual.label", "cell.name", "track.callsign", "user.name", "theirs.label", "theirs.callsign",
    "release.recipient", "release.title", "communique.title", "communique.body",
    *(f"{record}.{field}" for record in ("file", "link") for field in ("recipient", "title")),
    "public.title", "public.body",
    *(f"{reply}.{field}" for reply in ("shown", "waiting") for field in ("text", "name")),
    *(f"terms.{level}" for level in LEVELS),
)  # fmt: skip
"""All fields with a word of their own."""
SQUARE: Final = ((33, 34), (34, 34), (34, 35), (33, 35))
POSITION: Final = (358_712_345, 369_123_457)
TRACK: Final = (361_987_654, 352_345_679)


class World:
    """The nodes, the peers by their level.

    Attributes:
        nodes: by level, ours as "ours"; `lines` by level; `tokens` of each node by role.
        wire: for each level the sizes of the sealed messages that it was sent, by slot, and those bytes.
        slip: the token of a one-use page of the public listener.
        public: the id of a communiqué that everybody reads; `reply`: the number of a reply to it that waits.
        file: a release in full, as a file; `link`: the secret of the one-use link to one that is coarse.
    """

    def __init__(self, folder: Path, stack: ExitStack, *, secrets: bool = True) -> None:
        self.secrets, self.time = secrets, Time()
        self.moved = 0 if secrets else 1
        names = {"ours": OURS, **PEERS}
        config = Config(position="36.9123457, 35.8712345") if secrets else Config()
        self.places: dict[str, Place] = {
            level: whole.make(folder, name, config if level == "ours" else Config())
            for level, name in names.items()
        }
        self.nodes: dict[str, Node] = {
            level: stack.enter_context(place.open(self.time)) for level, place in self.places.items()
        }
        self.lines: dict[str, str] = {}
        self.wire: dict[str, list[tuple[str, bytes]]] = {level: [] for level in LEVELS}
        ours = self.places["ours"]
        for level in LEVELS:
            peer = self.places[level]
            self.lines[level] = whole.met(ours, peer).line.id
            self.ours.take_up(whole.paired(ours, peer), ours.private)
            self.nodes[level].take_up(whole.paired(peer, ours), peer.private)
        self.tokens = {level: quick(node) for level, node in self.nodes.items()}
        for node in self.nodes.values():
            stack.callback(node.people.close)
        self.settle()
        for level in LEVELS:
            self._agree(level)
        self._live()

    @property
    def ours(self) -> Node:
        return self.nodes["ours"]

    def settle(self, rounds: int = 3) -> None:
        """All is delivered, time passes, and again."""
        for _ in range(rounds):
            for level in LEVELS:
                self._deliver(level)
            self.time.pass_ms(61_000)
            for node in self.nodes.values():
                node.tick()
        for level in LEVELS:
            self._deliver(level)

    def _deliver(self, level: str) -> None:
        line, peer = self.lines[level], self.nodes[level]
        while True:
            quiet = True
            for slot in KINDS:
                while some := self.ours.outgoing(line, slot, 64 * 1024):
                    quiet = False
                    self.wire[level] += [(slot, each) for each in some]
                    peer.incoming(line, some)
                while some := peer.outgoing(line, slot, 64 * 1024):
                    quiet = False
                    self.ours.incoming(line, some)
            if quiet:
                return

    def _agree(self, level: str) -> None:
        """Terms of this level, signed by both."""
        line, peer = self.lines[level], self.places[level]
        parties = [Party(each.party, each.name) for each in (self.places["ours"], peer)]
        number = bytes([LEVELS.index(level) + 1] * 16)
        text = agreement_draft.draft(number, f"Terms {word(f'terms.{level}')}", parties).decode()
        # what the peer does is told in full: so there is something to be in conflict with
        rows = desks.NONE.replace('"none"', '"full"')
        rows += desks.NONE.replace('"*"', '"survey"').replace('"none"', f'"{level}"')
        for before, after in {desks.NONE: rows, **desks.AT_ONCE}.items():
            assert before in text
            text = text.replace(before, after)
        data = text.encode()
        read = agreement.read(data)
        self.ours.agreed.propose(line, data)
        self.settle()
        for place, node in ((self.places["ours"], self.ours), (peer, self.nodes[level])):
            node.agreed.sign(line, read.hash, whole.signatures(place, data, read.agreement.id))
        self.settle()

    # what happens

    def _live(self) -> None:
        self._told()
        self._open()
        self._published()
        if self.secrets:
            self._secret()
        self.settle(8)

    def _told(self) -> None:
        """What one peer is told, and the others are not; and what it told us."""
        ours, full = self.ours, self.lines["full"]
        row = Listed("t-1", "site", word("told.name"), (Volume(Polygon((ring("told"),))),), "hospital")
        told = ours.sites.edition(word("told.list"), [structs.replace(row, source=word("told.source"))]).list
        ours.sites.keep_person(told.list, "t-1", {"doctor": word("told.person")}, WALL_MS + 20 * DAY_MS)
        ours.sites.send(full, told.list)
        ours.room.statements.make(
            [full], Declared("", 1, word("said.text"), "none", WALL_MS, None, "officer")
        )
        parties = (self.nodes["full"].party, ours.party)
        self.talks = ours.room.talks.propose(
            Invitation("", 1, word("talks.title"), ("hours",), START + 9 * DAY_MS, parties)
        ).talks
        ours.room.calls.call(full, Asked(None, {}, "duty officer", "priority", "en", text=word("call.text")))
        ours.people.add(word("user.name"), f"{word('user.name')} {WORDS}", ["officer"], ours.clock.now())
        ours.gate.set(self.lines["none"], "always", ours.people.user(word("user.name")))
        self.nodes["full"].desk.submit(
            [
                Given(
                    Plan(
                        "",
                        "",
                        (volume("theirs"),),
                        "survey",
                        label=word("theirs.label"),
                        callsign=word("theirs.callsign"),
                    )
                )
            ]
        )

    def _open(self) -> None:
        """A plan that is told as each agreement has it, and each peer has one at the same place and hours."""
        label, note, callsign = (
            word(f"open.{field}") if self.secrets else f"Other {field}"
            for field in ("label", "note", "callsign")
        )
        told = volume("open", self.moved)
        plan = Plan("", "", (told,), "survey", label=label, note=note, callsign=callsign)
        [self.open] = self.ours.desk.submit([Given(plan)])
        begin, end = times("open")
        whole_hours = (begin // HOUR_MS * HOUR_MS, (end // HOUR_MS + 1) * HOUR_MS)
        for level in LEVELS:
            at = Volume(around(), Altitude("MSL", 0), Altitude("MSL", 60_000 * FOOT), *whole_hours)
            self.nodes[level].desk.submit(
                [Given(Plan("", "", (at,), "ferry", label=f"of {level}", callsign="tern 7"))]
            )

    def _published(self) -> None:
        """A communiqué that everybody reads, a reply that was let through to it, and one that waits."""
        room, replies = self.ours.room.communiques, self.ours.room.replies
        text = Text("en", word("public.title"), word("public.body"))
        made = room.draft([], [text], replies=True)
        self.public, sha256 = made.communique, made.versions[0].sha256
        room.sign(self.public, bytes.fromhex(sha256), self._approvals(bytes.fromhex(sha256)))
        room.publish(self.public)
        for name in ("shown", "waiting"):
            replies.add(self.public, word(f"{name}.text"), "en", word(f"{name}.name"), name.encode())
        [first, second] = replies.queue(self.public)
        assert first.text == word("shown.text")
        replies.let_through(first.reply)
        self.reply = second.reply

    def _approvals(self, sha256: bytes) -> list[bytes]:
        """What two officers sign."""
        ours = self.places["ours"]
        return [approval.write(approval.sign(Subject("release", sha256), ours.officer(n))) for n in (0, 1)]

    def _handed_out(self) -> None:
        """A release of one own plan, in full, as a file; and one of the same coarsely, by a one-use link."""
        releases = self.ours.room.releases
        for to in ("file", "link"):
            level: Literal["full", "coarse"] = "full" if to == "file" else "coarse"
            releases.add_recipient(Recipient(word(f"{to}.recipient"), self.nodes[level].party))
            records = [Choice("plan", self.open.plan, level=level)]
            [made] = releases.draft([word(f"{to}.recipient")], word(f"{to}.title"), records, Caveats())
            digest = hashlib.sha256(releases.index(made.release)).digest()
            releases.approve(made.release, self._approvals(digest))
            if to == "file":
                self.file = releases.save(made.release, "releasing officer")
            else:
                until_ms = self.time.wall_ms + 2 * DAY_MS
                path = releases.link(made.release, until_ms, "releasing officer").path
                self.link = path.removeprefix("/d/")

    def _secret(self) -> None:
        """What nobody outside may notice."""
        ours = self.ours
        quiet = Plan("", "", (volume("quiet"),), "survey", label=word("quiet.label"), note=word("quiet.note"),
                     callsign=word("quiet.callsign"))  # fmt: skip
        [self.quiet] = ours.desk.submit([Given(quiet)._replace(disclosure="none")])
        row = Listed("u-1", "site", word("untold.name"), (Volume(Polygon((ring("untold"),))),), "hospital")
        self.untold = ours.sites.edition(
            word("untold.list"), [structs.replace(row, source=word("untold.source"))]
        ).list
        ours.sites.keep_person(
            self.untold.list, "u-1", {"doctor": word("untold.person")}, WALL_MS + 20 * DAY_MS
        )
        self.manual = ours.manual.open(word("manual.label"), "telephone", "en", "full", "crewed").manual
        far = Plan("", "", (volume("far"),), "ferry", label=word("far.label"), callsign=word("far.callsign"))
        ours.manual.planned(self.manual, [far], "watch officer", WALL_MS)
        ours.manual.called(self.manual, word("far.words"), "officer", WALL_MS, mine=True)
        ours.room.relay.add(word("cell.name"), None, None)
        self.relay = ours.room.relay.open(None, self.open.plan).relay
        self.slip = ours.room.relay.slip(self.relay, word("cell.name")).words
        ours.room.statements.make(
            [self.lines["none"]], Declared("", 1, word("held.text"), "none", WALL_MS, None, "officer")
        )
        ours.room.releases.add_recipient(Recipient(word("release.recipient")))
        records = [Choice("plan", self.open.plan)]
        ours.room.releases.draft([word("release.recipient")], word("release.title"), records, Caveats())
        text = Text("en", word("communique.title"), word("communique.body"))
        ours.room.communiques.draft([], [text], replies=True)
        self._handed_out()
        now = self.time.wall_ms
        ours.room.watch.take([Report("radar", "radar:x", now, TRACK, callsign=word("track.callsign"))])


def canaries(world: World) -> list[Canary]:
    """Every secret of the world, by the record and the field that it stands in."""
    found = [Canary(name, words=(word(name),)) for name in WRITTEN]
    for name in ("open", "quiet", "untold", "told", "far", "theirs"):
        places = where(name)
        found += places[:1] if name in ("untold", "told") else places
    found += [Canary("position", points=(POSITION,)), Canary("track.place", points=(TRACK,))]
    for level, place in world.places.items():
        if level != "ours":
            line = world.lines[level]
            found.append(Canary(f"party.{level}", words=(PEERS[level], place.party, line)))
    found.append(Canary("plan.id", words=(world.open.plan, world.quiet.plan)))
    found.append(Canary("list.id", words=(world.untold.list,)))
    found.append(Canary("manual.id", words=(world.manual,)))
    found.append(Canary("slip", words=(world.slip,)))
    found.append(Canary("secret", words=(world.link,)))
    for role, token in world.tokens["ours"].items():
        found.append(Canary(f"token.{role}", words=(token,)))
    found.append(Canary("passwords", words=(WORDS,)))
    ours = world.places["ours"]
    seeds = (ours.private, seed(f"{OURS} identity"), seed(f"{OURS} journal"))
    keys = [
        Canary(f"key.{n}", raw=each)
        for n, each in enumerate((*seeds, *map(ours.officer, range(len(OFFICERS)))))
    ]
    return [*found, *keys]
