"""The words of the public pages in four languages, and how dates and numbers of things are said in each.

Figures are Latin in every language, and coordinates and UTC are written alike everywhere, as in the phrase
book (call_values).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from babel import Locale
from babel.dates import format_date
from msgspec import Struct

from wideberth.model.phrase import RIGHT_TO_LEFT, Language
from wideberth.render.communique_refusals import REFUSALS

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Words(Struct, frozen=True):
    """Of one language. `count` has one form for each plural of the language (Unicode CLDR)."""

    language: Language
    statements: str
    no_statements: str
    exercise: str
    by: str
    joint: str
    published: str
    version: str
    current: str
    corrected: str
    older: str
    withdrawn: str
    withdrawn_text: str
    history: str
    history_of: str
    pages: str
    counts: str
    translation: str
    no_text: str
    where: str
    when: str
    how_high: str
    within: str
    in_force: str
    until_notice: str
    more_areas: str
    count: dict[str, str]
    whose: str
    none_yet: str
    all_replies: str
    newer: str
    earlier: str
    no_name: str
    your_reply: str
    at_most: str
    name: str
    language_of: str
    not_said: str
    what_is_kept: str
    what_is_taken: str
    read_once_more: str
    once_more: str
    send: str
    change: str
    leave_empty: str
    taken: str
    taken_text: str
    not_taken: str
    refusals: dict[str, str]
    closed: str
    elsewhere: str
    no_form: str
    back: str
    feed: str
    never: str

    @property
    def direction(self) -> str:
        """In which the language runs."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    def date(self, at_ms: int) -> str:
        """The day (UTC), in words."""
        return str(format_date((_EPOCH + timedelta(milliseconds=at_ms)).date(), "long", locale=self.language))

    def replies(self, n: int) -> str:
        """So many replies."""
        return self.count[Locale(self.language).plural_form(n)].format(n=f"{n:,}")


EN: Final = Words(
    language="en",
    statements="Public statements",
    no_statements="No statement stands here.",
    exercise="EXERCISE: nothing here is real.",
    by="Statement by {names}",
    joint="Joint statement by {names}: each has signed this very text",
    published="Published {date}",
    version="Version {n}",
    current="This is the version that stands.",
    corrected="Corrected {date}. What was corrected:",
    older="This is an older version. It does not stand any more.",
    withdrawn="WITHDRAWN {date}",
    withdrawn_text="It was taken off these pages and does not stand any more. That it was here stays on"
    " record.",
    history="History: all versions and corrections",
    history_of="History",
    pages="Pages of the text:",
    counts="The text in this language is the one that counts.",
    translation="The text that counts is the one in:",
    no_text="There is no text in this language. This is the text that counts.",
    where="Where and when you are asked to keep clear",
    when="when",
    how_high="how high",
    within="within",
    in_force="in force",
    until_notice="until further notice",
    more_areas="and {n} more areas",
    count={"one": "{n} reply", "other": "{n} replies"},
    whose="Replies are read by a person before they are shown. They are the words of those who wrote them.",
    none_yet="No reply is shown yet.",
    all_replies="All replies",
    newer="Later replies",
    earlier="Earlier replies",
    no_name="no name given",
    your_reply="Your reply",
    at_most="plain text, at most 2,000 characters",
    name="Name (you need not give one)",
    language_of="Language of your reply",
    not_said="not said",
    what_is_kept="Kept are the text, the name if you give one, and the day. No address, no cookie. What is"
    " not"
    " shown is erased.",
    what_is_taken="Taken are up to 2,000 characters and 40 lines of plain text, with one address of a page at"
    " most, which leads nowhere; a name of up to 60 characters; and what no other reply has said word for"
    " word."
    " No characters that are not seen or that turn the text around. Do not write where people are or go.",
    read_once_more="Read it once more",
    once_more="This is how it will look. It is not sent yet.",
    send="Send it",
    change="Or change it",
    leave_empty="Leave this empty",
    taken="Your reply was taken",
    taken_text="It waits for a person to read it. If it is let through, everybody can read it here.",
    not_taken="Your reply was NOT taken",
    refusals=REFUSALS["en"],
    closed="Nobody can reply to this any more.",
    elsewhere="This is a copy. To reply, go to:",
    no_form="This is a copy, without a form to reply.",
    back="All statements",
    feed="Feed (Atom)",
    never="This gives no permission and no guarantee. Absence from a list removes no protection under"
    " international humanitarian law.",
)
RU: Final = Words(
    language="ru",
    statements="Публичные заявления",
    no_statements="Здесь нет заявлений.",
    exercise="УЧЕНИЯ: здесь нет ничего настоящего.",
    by="Заявление: {names}",
    joint="Совместное заявление: {names}. Каждая сторона подписала именно этот текст",
    published="Опубликовано {date}",
    version="Версия {n}",
    current="Эта версия действует.",
    corrected="Исправлено {date}. Что исправлено:",
    older="Это прежняя версия. Она больше не действует.",
    withdrawn="ОТОЗВАНО {date}",
    withdrawn_text="Заявление снято с этих страниц и больше не действует. То, что оно здесь было, остаётся"
    " в записях.",
    history="История: все версии и исправления",
    history_of="История",
    pages="Страницы текста:",
    counts="Определяющим является текст на этом языке.",
    translation="Определяющим является текст на языке:",
    no_text="На этом языке текста нет. Ниже приведён определяющий текст.",
    where="Где и когда вас просят не находиться",
    when="когда",
    how_high="высоты",
    within="в пределах",
    in_force="действует",
    until_notice="до особого уведомления",
    more_areas="и ещё районов: {n}",
    count={"one": "{n} ответ", "few": "{n} ответа", "many": "{n} ответов", "other": "{n} ответа"},
    whose="Прежде чем ответ будет показан, его читает человек. Это слова тех, кто их написал.",
    none_yet="Пока не показано ни одного ответа.",
    all_replies="Все ответы",
    newer="Более поздние ответы",
    earlier="Более ранние ответы",
    no_name="имя не указано",
    your_reply="Ваш ответ",
    at_most="простой текст, не более 2 000 знаков",
    name="Имя (указывать не обязательно)",
    language_of="Язык вашего ответа",
    not_said="не указан",
    what_is_kept="Сохраняются текст, имя, если вы его указали, и день. Ни адреса, ни cookie. То, что не"
    " показано,"
    " стирается.",
    what_is_taken="Принимается простой текст до 2 000 знаков и 40 строк, не более чем с одним адресом"
    " страницы"
    " (он никуда не ведёт); имя до 60 знаков; и то, чего слово в слово нет в других ответах. Без невидимых"
    " знаков и знаков, меняющих направление текста. Не пишите, где находятся и куда направляются люди.",
    read_once_more="Прочитать ещё раз",
    once_more="Так это будет выглядеть. Ответ ещё не отправлен.",
    send="Отправить",
    change="Или изменить",
    leave_empty="Оставьте это поле пустым",
    taken="Ваш ответ принят",
    taken_text="Он ждёт, пока его прочитает человек. Если его пропустят, все смогут прочитать его здесь.",
    not_taken="Ваш ответ НЕ принят",
    refusals=REFUSALS["ru"],
    closed="Ответить на это больше нельзя.",
    elsewhere="Это копия. Ответить можно здесь:",
    no_form="Это копия без формы для ответа.",
    back="Все заявления",
    feed="Лента (Atom)",
    never="Это не даёт ни разрешения, ни гарантии. Отсутствие в списке не лишает защиты, предоставляемой"
    " международным гуманитарным правом.",
)
HE: Final = Words(
    language="he",
    statements="הודעות לציבור",
    no_statements="אין כאן הודעות.",
    exercise="תרגיל: שום דבר כאן אינו אמיתי.",
    by="הודעה מטעם {names}",
    joint="הודעה משותפת מטעם {names}: כל אחד מהצדדים חתם על נוסח זה בדיוק",
    published="פורסם ב־{date}",
    version="גרסה {n}",
    current="זו הגרסה שבתוקף.",
    corrected="תוקן ב־{date}. מה תוקן:",
    older="זו גרסה קודמת. היא אינה בתוקף עוד.",
    withdrawn="בוטל ב־{date}",
    withdrawn_text="ההודעה הוסרה מדפים אלה ואינה בתוקף עוד. העובדה שהייתה כאן נשארת רשומה.",
    history="היסטוריה: כל הגרסאות והתיקונים",
    history_of="היסטוריה",
    pages="דפי הטקסט:",
    counts="הנוסח בשפה זו הוא הקובע.",
    translation="הנוסח הקובע הוא בשפה:",
    no_text="אין נוסח בשפה זו. להלן הנוסח הקובע.",
    where="היכן ומתי אתם מתבקשים להתרחק",
    when="מתי",
    how_high="גבהים",
    within="בתחום",
    in_force="בתוקף",
    until_notice="עד להודעה חדשה",
    more_areas="ועוד {n} אזורים",
    count={"one": "תגובה אחת", "two": "{n} תגובות", "many": "{n} תגובות", "other": "{n} תגובות"},
    whose="אדם קורא כל תגובה לפני שהיא מוצגת. אלה דבריהם של מי שכתבו אותם.",
    none_yet="עדיין לא מוצגת אף תגובה.",
    all_replies="כל התגובות",
    newer="תגובות מאוחרות יותר",
    earlier="תגובות מוקדמות יותר",
    no_name="לא נמסר שם",
    your_reply="התגובה שלך",
    at_most="טקסט רגיל, עד 2,000 תווים",
    name="שם (אין חובה למסור)",
    language_of="שפת התגובה",
    not_said="לא צוינה",
    what_is_kept="נשמרים הטקסט, השם אם נמסר, והיום. לא כתובת ולא עוגייה. מה שאינו מוצג נמחק.",
    what_is_taken="מתקבל טקסט רגיל של עד 2,000 תווים ו־40 שורות, עם כתובת אחת של דף לכל היותר, שאינה מובילה"
    " לשום מקום; שם של עד 60 תווים; ומה שלא נאמר מילה במילה בתגובה אחרת. בלי תווים שאינם נראים או שהופכים"
    " את כיוון הטקסט. אין לכתוב היכן אנשים נמצאים או לאן הם הולכים.",
    read_once_more="לקרוא שוב",
    once_more="כך זה ייראה. התגובה עדיין לא נשלחה.",
    send="שליחה",
    change="או לשנות",
    leave_empty="יש להשאיר ריק",
    taken="התגובה שלך התקבלה",
    taken_text="היא ממתינה לקריאה של אדם. אם תאושר להצגה, הכול יוכלו לקרוא אותה כאן.",
    not_taken="התגובה שלך לא התקבלה",
    refusals=REFUSALS["he"],
    closed="אי אפשר להגיב על כך עוד.",
    elsewhere="זהו העתק. כדי להגיב:",
    no_form="זהו העתק, ללא טופס לתגובה.",
    back="כל ההודעות",
    feed="עדכונים (Atom)",
    never="אין בכך היתר ואין בכך ערובה. היעדר מרשימה אינו גורע מן ההגנה שמעניק המשפט ההומניטרי הבינלאומי.",
)
AR: Final = Words(
    language="ar",
    statements="بيانات عامة",
    no_statements="لا توجد بيانات هنا.",
    exercise="تمرين: لا شيء هنا حقيقي.",
    by="بيان صادر عن {names}",
    joint="بيان مشترك صادر عن {names}: وقّع كل طرف على هذا النص بعينه",
    published="نُشر في {date}",
    version="النسخة {n}",
    current="هذه هي النسخة السارية.",
    corrected="صُحّح في {date}. ما جرى تصحيحه:",
    older="هذه نسخة سابقة. لم تعد سارية.",
    withdrawn="سُحب في {date}",
    withdrawn_text="أُزيل البيان من هذه الصفحات ولم يعد ساريًا. ويبقى مسجّلًا أنه كان هنا.",
    history="السجل: كل النسخ والتصحيحات",
    history_of="السجل",
    pages="صفحات النص:",
    counts="النص بهذه اللغة هو النص المعتمد.",
    translation="النص المعتمد هو النص بهذه اللغة:",
    no_text="لا يوجد نص بهذه اللغة. هذا هو النص المعتمد.",
    where="أين ومتى يُطلب منكم الابتعاد",
    when="متى",
    how_high="الارتفاعات",
    within="ضمن",
    in_force="سارٍ",
    until_notice="حتى إشعار آخر",
    more_areas="ومناطق أخرى عددها {n}",
    count={
        "zero": "لا ردود",
        "one": "رد واحد",
        "two": "ردّان",
        "few": "{n} ردود",
        "many": "{n} ردًّا",
        "other": "{n} رد",
    },
    whose="يقرأ شخص كل رد قبل عرضه. وهي كلمات من كتبوها.",
    none_yet="لا يُعرض أي رد بعد.",
    all_replies="كل الردود",
    newer="ردود أحدث",
    earlier="ردود أقدم",
    no_name="لم يُذكر اسم",
    your_reply="ردكم",
    at_most="نص عادي، 2,000 حرف على الأكثر",
    name="الاسم (ليس مطلوبًا)",
    language_of="لغة ردكم",
    not_said="لم تُذكر",
    what_is_kept="يُحفظ النص، والاسم إن ذكرتموه، واليوم. لا عنوان ولا ملفات تعريف ارتباط. وما لا يُعرض يُمحى.",
    what_is_taken="يُقبل نص عادي حتى 2,000 حرف و40 سطرًا، فيه عنوان صفحة واحد على الأكثر ولا يؤدي إلى أي"
    " مكان؛"
    " واسم حتى 60 حرفًا؛ وما لم يقله رد آخر حرفيًا. بلا أحرف لا تُرى أو تقلب اتجاه النص. لا تكتبوا أين يوجد"
    " الناس أو إلى أين يذهبون.",
    read_once_more="اقرؤوه مرة أخرى",
    once_more="هكذا سيظهر. لم يُرسل بعد.",
    send="إرسال",
    change="أو غيّروه",
    leave_empty="اتركوا هذا فارغًا",
    taken="تم استلام ردكم",
    taken_text="وهو ينتظر أن يقرأه شخص. وإذا أُجيز فسيتمكن الجميع من قراءته هنا.",
    not_taken="لم يُقبل ردكم",
    refusals=REFUSALS["ar"],
    closed="لم يعد الرد على هذا ممكنًا.",
    elsewhere="هذه نسخة منقولة. للرد:",
    no_form="هذه نسخة منقولة، بلا نموذج للرد.",
    back="كل البيانات",
    feed="موجز (Atom)",
    never="لا يمنح هذا إذنًا ولا ضمانًا. وعدم الورود في قائمة لا يزيل أي حماية بموجب القانون الدولي الإنساني.",
)
WORDS: Final[dict[str, Words]] = {"en": EN, "ru": RU, "he": HE, "ar": AR}
"""By language."""
