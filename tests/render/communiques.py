"""Communiqués and replies, made up, in four languages."""

from __future__ import annotations

from wideberth.model.communique import Published, Reply, Text, Version
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle
from wideberth.space.units import DEGREE, FOOT, METRE
from wideberth.space.volume import Volume

ID = f"q-{'a' * 26}"
OTHER = f"q-{'b' * 26}"
WHEN = 1_800_172_800_000
DAY = 24 * 3_600_000
EN = Text(
    "en",
    "Two parties agree to keep their flights apart",
    "North and South met today. They agreed to coordinate their flights over the shared area, so that nobody"
    " is put in danger by a misunderstanding.\n\nEach party tells the other where and when it will be, before"
    " it begins. A line between the two desks is open at all hours.\n\nNeither party gives up anything of its"
    " position by this.",
)
AR = Text(
    "ar",
    "طرفان يتفقان على إبقاء طيرانهما متباعدًا",
    "اجتمع الشمال والجنوب اليوم. واتفقا على تنسيق طلعاتهما فوق المنطقة المشتركة، حتى لا يتعرض أحد للخطر بسبب"
    " سوء فهم.\n\nيُبلغ كل طرف الآخر بمكان وزمان وجوده قبل أن يبدأ. والخط بين المكتبين مفتوح في كل الأوقات.",
)
RU = Text(
    "ru",
    "Две стороны договорились разводить свои полёты",
    "Север и Юг встретились сегодня. Они договорились согласовывать полёты над общим районом, чтобы"
    " недоразумение никого не подвергло опасности.",
)
HE = Text("he", "שני צדדים הסכימו להרחיק את טיסותיהם זו מזו", "הצפון והדרום נפגשו היום.\n\nקו פתוח בכל שעה.")


def area(hours: int = 4) -> Volume:
    """Where the public keeps clear."""
    return Volume(
        Circle((round(33.0 * DEGREE), round(34.0 * DEGREE)), 9_260 * METRE),
        Altitude("SFC", 0),
        Altitude("MSL", 10_000 * FOOT),
        WHEN + DAY,
        WHEN + DAY + hours * 3_600_000,
    )


def version(number: int = 1, *texts: Text, correction: str = "", volumes: tuple[Volume, ...] = ()) -> Version:
    """A version of the first statement."""
    said = texts or (EN, AR, RU)
    return Version(ID, number, ("one", "two"), said, volumes, True, correction, WHEN)


def published(*versions: Version, name: str = ID, withdrawn_ms: int | None = None) -> Published:
    """It, a day between each two versions; the newest first."""
    found = versions or (version(),)
    times = tuple(WHEN + (len(found) - n - 1) * DAY for n in range(len(found)))
    return Published(name, ("North", "South"), found, times, withdrawn_ms)


def reply(number: int, text: str, language: str = "", name: str = "", day: int = 0) -> Reply:
    """A reply that was let through."""
    return Reply(number, ID, text, language, name, WHEN + day * DAY)


CORRECTED = published(
    version(2, correction="The hours of the line were left out of the Arabic text.", volumes=(area(),)),
    version(1),
)
REPLIES = (
    reply(
        1, "Will the fishing boats be told of this too?\n\nWe are out there every night.", "en", "A skipper"
    ),
    reply(
        2,
        "نشكركم. متى تُعلَن الساعات للعموم؟ نحن نعبر هذه المنطقة كل أسبوع (من 06:00 إلى 08:00).",
        "ar",
        "سائقة",
    ),
    reply(3, "Хорошо, что линия открыта круглосуточно. А кто отвечает на ней ночью?", "ru"),
)
