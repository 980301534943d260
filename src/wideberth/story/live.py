"""A drill for people: a call comes, the clock runs as it does, and one person does what a duty officer does.

The person is on duty at South. North's node calls; it rings, and climbs, by the real clock. What was done is
scored for the one who trained, and for nobody else: how long it took until somebody had it, whether what was
read back was the same, and whether the answer was one that fits.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final, NamedTuple, Protocol

from msgspec import Struct

from wideberth.errors import Invalid, Refused, WideberthError
from wideberth.ledger.canonical import Value
from wideberth.model.call import ANSWERS, Answer
from wideberth.model.phrase import Field, Language
from wideberth.model.ring import STEPS
from wideberth.node import phrases
from wideberth.node.room_views import CalledView
from wideberth.story.drills import made
from wideberth.story.exercise import DAY, HOUR, MINUTE, SECOND, Stage
from wideberth.story.parties import MARK

QUIET_MS: Final = 3 * SECOND
"""Before the call comes."""
MOST_MS: Final = 5 * MINUTE
"""After this the exercise is over, whatever was done."""
LOOK_MS: Final = 250
"""So often it is looked for what somebody typed."""
IDS: Final = ("call", "case", "hold", "notice", "site")
"""Kinds of fields that nobody reads back by voice: they go back as they came."""
ROLE: Final = "duty officer"
HELP: Final = (
    "take                    you have it before you: it climbs no further",
    "back NAME=VALUE …       read back what you understood: back 'place=34 24.0 N 33 00.0 E' seen_at=09:15Z",
    f"answer WORD             one of: {', '.join(ANSWERS)}",
    "show                    the call again",
    "end                     nothing more",
)


class Terminal(Protocol):
    """Where the person sits."""

    def say(self, line: str) -> None:
        """Show a line."""

    def ring(self) -> None:
        """Make a sound."""

    def typed(self, within_ms: int) -> str | None:
        """A line that was typed, waited for so long; None where none was. Raises: EOFError at the end."""

    def elapsed(self) -> int:
        """The machine's clock (ms)."""

    def read(self, field: Field, text: str, now_ms: int) -> Value:
        """A value as it was typed. Raises: Invalid."""


class Scene(NamedTuple):
    """What is called, and what fits.

    Attributes:
        code, fields: of North's call, at a time.
        fits: answers that fit, and `why` these.
    """

    code: str
    fields: Callable[[int], dict[str, Value]]
    fits: tuple[Answer, ...]
    why: str


class Score(Struct, frozen=True):
    """What one person did.

    Attributes:
        drill, code: which drill, and which call.
        taken_s: seconds until it was taken; None: nobody did. `rung` for whom it rang by then.
        tries: how often it was read back; `differed` the fields that were not the same the first time;
            `understood` whether they were at last.
        answer: what was said; None: nothing. `fits` whether it is one that does; `why` which do.
        done_s: seconds until the answer.
    """

    drill: str
    code: str
    at: str
    taken_s: float | None
    rung: tuple[str, ...]
    tries: int
    differed: tuple[str, ...]
    understood: bool
    answer: Answer | None
    fits: bool
    wanted: tuple[Answer, ...]
    why: str
    done_s: float | None
    exercise: bool = True


def _check(now: int) -> dict[str, Value]:
    return {"place": made.point(made.HERE), "seen_at": made.moment(_minute(now) - 2 * MINUTE)}


def _danger(_: int) -> dict[str, Value]:
    return {"place": made.point(made.north_of(made.HERE, 6))}


def _late(now: int) -> dict[str, Value]:
    return {"place": made.point(made.HERE), "start": made.moment(_minute(now) + 2 * MINUTE)}


def _occupied(now: int) -> dict[str, Value]:
    radius: Value = {"unit": "m", "value_e3": 400_000}
    return {"place": made.point(made.HERE), "radius": radius, "until": made.moment(_minute(now) + 12 * HOUR)}


def _claim(now: int) -> dict[str, Value]:
    return {"place": made.point(made.HERE), "seen_at": made.moment(_minute(now) - MINUTE)}


def _test(now: int) -> dict[str, Value]:
    return {"site": f"{MARK} convoy", "start": made.moment(_minute(now) + HOUR)}


def _present(now: int) -> dict[str, Value]:
    return {"place": made.point(made.HERE), "until": made.moment(_minute(now) + 2 * HOUR)}


def _intended(now: int) -> dict[str, Value]:
    return {"from": made.moment(_minute(now) + DAY), "place": made.point(made.HERE)}


def _minute(now: int) -> int:
    """Times that are said are whole minutes."""
    return now - now % MINUTE


_PASS_ON: Final[tuple[Answer, ...]] = ("relayed", "executor confirmed")
_PASSED: Final = "It has to reach whoever carries it out: pass it on, and say so. Nothing else stops anything"
SCENES: Final[Mapping[str, Scene]] = {
    "deir-ez-zor-2016": Scene("CHECK", _check, _PASS_ON, _PASSED),
    "balyun-2020": Scene("CHECK", _check, _PASS_ON, _PASSED),
    "kunduz-2015": Scene("SITE-IN-DANGER", _danger, _PASS_ON, _PASSED),
    "kandahar-2001": Scene("SITE-IN-DANGER", _danger, _PASS_ON, _PASSED),
    "latakia-2018": Scene(
        "LATE-NOTICE",
        _late,
        ("relayed", "unable", "objection"),
        "Two minutes are too little to clear: pass it on, or say that you cannot, or object",
    ),
    "al-bab-2017": Scene("AREA-OCCUPIED", _occupied, _PASS_ON, "Whoever plans there has to know it"),
    "khasham-2018": Scene(
        "CLAIM-QUERY",
        _claim,
        ("relayed", "unclear", "unable"),
        "Who does not know asks those who do: nothing is disclaimed by guessing, and silence is no answer",
    ),
    "convoy-2024": Scene(
        "CONTACT-TEST", _test, ("executor confirmed", "relayed"), "Somebody is here, and says so"
    ),
    "blackhawks-1994": Scene("PRESENT", _present, _PASS_ON, "Every cell has to have it in its picture"),
    "adaisseh-2010": Scene(
        "INTEND-OPERATE",
        _intended,
        ("relayed", "objection", "no objection stated"),
        "A deputy answers as well as a commander; none of the answers is a permission",
    ),
}
"""By the name of the drill; the others have nothing that one person answers at a desk."""


def scene(drill: str) -> Scene:
    """What a drill has for people. Raises: Refused (`drill.no_scene`)."""
    found = SCENES.get(drill)
    if found is None:
        words = f"{drill} has nothing that one person answers; accepted: {', '.join(SCENES)}"
        raise Refused("drill.no_scene", words)
    return found


def play(name: str, stage: Stage, at: Terminal, language: Language) -> Score:
    """One scene, at the pace of the terminal's clock. Raises: Refused (`drill.no_scene`)."""
    return _Live(name, stage, at, language).play()


def _parts(text: str) -> list[str]:
    """What stands between spaces; quotes hold together what has spaces in it. Raises: Invalid."""
    try:
        return shlex.split(text)
    except ValueError as error:
        raise Invalid("drill.quotes", "back", text, "a closing quote for each that opens") from error


class _Live:
    """One scene while it is played."""

    def __init__(self, name: str, stage: Stage, at: Terminal, language: Language) -> None:
        self._name, self._scene = name, scene(name)
        self._stage, self._at, self._language = stage, at, language
        self._last = at.elapsed()
        self._call, self._called_ms = "", 0
        self._taken_ms: int | None = None
        self._done_ms: int | None = None
        self._rung: tuple[str, ...] = ()
        self._shown = 0
        self._tries, self._differed = 0, tuple[str, ...]()
        self._answer: Answer | None = None

    def play(self) -> Score:
        """All of it."""
        self._at.say("You are on duty at South. Its node will ring. What you can type:")
        for each in HELP:
            self._at.say(f"  {each}")
        self._until(QUIET_MS)
        now, north = self._stage.now_ms, self._stage.north.node
        asked = made.asked(self._scene.code, self._scene.fields(now), ROLE)
        self._call = north.room.calls.call(self._stage.line, asked).call
        self._called_ms = self._stage.now_ms
        self._go()
        self._show()
        while self._answer is None and self._stage.now_ms - self._called_ms < MOST_MS:
            try:
                line = self._at.typed(LOOK_MS)
            except EOFError:
                break
            self._go()
            if line is not None and self._do(line.strip()):
                break
        return self._score()

    def _until(self, ms: int) -> None:
        end = self._stage.now_ms + ms
        while self._stage.now_ms < end:
            with suppress(EOFError):
                self._at.typed(LOOK_MS)  # typed before there is anything to answer: it counts for nothing
            self._go()

    def _go(self) -> None:
        """The exercise's time goes as the machine's does; what rings anew is told."""
        now = self._at.elapsed()
        if (passed := now - self._last) > 0:
            self._last = now
            self._stage.wait(passed, max(passed, SECOND))
        if not self._call:
            return
        view = self._view()
        for each in view.rang[self._shown :]:
            self._at.ring()
            self._at.say(f"  {each.at[11:19]}Z  RINGS for {STEPS[each.step]}")
        self._shown = len(view.rang)

    def _view(self) -> CalledView:
        self._stage.carry()
        return self._stage.south.node.room.calls.one(self._call)

    def _show(self) -> None:
        for each in made.shown(self._view(), self._language, self._stage.north.name).splitlines():
            self._at.say(f"  {each}")

    def _do(self, line: str) -> bool:
        """One line; whether it ends the exercise."""
        verb, _, rest = line.partition(" ")
        calls = self._stage.south.node.room.calls
        try:
            match verb:
                case "take":
                    calls.take(self._call, ROLE, self._language)
                    self._taken_ms = self._stage.now_ms
                    self._rung = tuple(each.step for each in self._view().rang)
                    self._at.say(f"  taken after {(self._taken_ms - self._called_ms) / SECOND:.0f} s")
                case "back":
                    self._back(rest)
                case "answer":
                    word = next((each for each in ANSWERS if each == rest.strip()), None)
                    if word is None:
                        raise Invalid("drill.answer", "answer", rest, ", ".join(ANSWERS))
                    calls.answer(self._call, word, ROLE)
                    self._answer, self._done_ms = word, self._stage.now_ms
                case "show":
                    self._show()
                case "end":
                    return True
                case _:
                    for each in HELP:
                        self._at.say(f"  {each}")
        except WideberthError as error:
            self._at.say(f"  {error.message}")
        return False

    def _back(self, text: str) -> None:
        """What was understood, compared by both nodes."""
        said = self._view().fields
        phrase = phrases.shipped().phrases[self._scene.code]
        found: dict[str, Value] = {}
        for field in phrase.fields:
            if field.kind in IDS and field.name in said:
                found[field.name] = said[field.name]
        for each in _parts(text):
            name, _, value = each.partition("=")
            known = phrase.field(name)
            if known is None or not value:
                raise Invalid("phrase.field", "back", each, ", ".join(one.name for one in phrase.fields))
            found[name] = self._at.read(known, value, self._stage.now_ms)
        self._stage.south.node.room.calls.read_back(self._call, found, ROLE)
        differs = self._view().differs
        if self._tries == 0:
            self._differed = differs
        self._tries += 1
        self._at.say(f"  not the same: {', '.join(differs)}" if differs else "  the same as it was said")

    def _score(self) -> Score:
        view = self._view()
        return Score(
            drill=self._name,
            code=self._scene.code,
            at=view.at,
            taken_s=self._seconds(self._taken_ms),
            rung=self._rung or tuple(each.step for each in view.rang),
            tries=self._tries,
            differed=self._differed,
            understood=self._tries > 0 and not view.differs,
            answer=self._answer,
            fits=self._answer in self._scene.fits,
            wanted=self._scene.fits,
            why=self._scene.why,
            done_s=self._seconds(self._done_ms),
        )

    def _seconds(self, at_ms: int | None) -> float | None:
        return None if at_ms is None else round((at_ms - self._called_ms) / SECOND, 1)
