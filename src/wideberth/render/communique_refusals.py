"""Why a reply was not taken, in four languages, by the code of the error."""

from __future__ import annotations

from typing import Final

from wideberth.model.phrase import Language

CODES: Final = (
    "reply.empty",
    "reply.long",
    "reply.lines",
    "reply.signs",
    "reply.marks",
    "reply.links",
    "reply.name",
    "reply.language",
    "reply.form",
    "reply.early",
    "reply.late",
    "reply.same",
    "reply.many",
    "reply.full",
    "reply.closed",
    "reply.failed",
)
"""All that the page has words for."""
_EN: Final = (
    "There was nothing in it that can be seen.",
    "It is longer than 2,000 characters.",
    "It has more than 40 lines.",
    "There are characters in it that are not seen, or that turn the text around.",
    "There are too many marks on one letter, or marks without a letter.",
    "There are too many addresses of pages in it.",
    "The name is longer than 60 characters.",
    "The language is none of those that can be chosen.",
    "The form did not arrive as it was shown.",
    "It came at once. Read it once more, then send it.",
    "The form was open for more than an hour. Send it again.",
    "The same was said before, word for word.",
    "Too many replies come now, or came from where you are. Try again later.",
    "No more replies are taken now. Try again on another day.",
    "Nobody can reply to this any more.",
    "It could not be kept. Try again later.",
)
_RU: Final = (
    "В нём нет ничего видимого.",
    "Он длиннее 2 000 знаков.",
    "В нём больше 40 строк.",
    "В нём есть невидимые знаки или знаки, меняющие направление текста.",
    "На одной букве слишком много знаков, или есть знаки без буквы.",
    "В нём слишком много адресов страниц.",
    "Имя длиннее 60 знаков.",
    "Такого языка нет среди предложенных.",
    "Форма пришла не такой, какой была показана.",
    "Ответ пришёл сразу. Прочитайте его ещё раз и затем отправьте.",
    "Форма была открыта больше часа. Отправьте её снова.",
    "То же самое уже сказано слово в слово.",
    "Сейчас приходит слишком много ответов, или слишком много их пришло оттуда, где вы. Попробуйте позже.",
    "Сейчас ответы больше не принимаются. Попробуйте в другой день.",
    "Ответить на это больше нельзя.",
    "Его не удалось сохранить. Попробуйте позже.",
)
_HE: Final = (
    "אין בה דבר שאפשר לראות.",
    "היא ארוכה מ־2,000 תווים.",
    "יש בה יותר מ־40 שורות.",
    "יש בה תווים שאינם נראים או שהופכים את כיוון הטקסט.",
    "יש יותר מדי סימנים על אות אחת, או סימנים בלי אות.",
    "יש בה יותר מדי כתובות של דפים.",
    "השם ארוך מ־60 תווים.",
    "השפה אינה אחת מאלה שאפשר לבחור.",
    "הטופס לא הגיע כפי שהוצג.",
    "היא הגיעה מיד. יש לקרוא אותה שוב ואז לשלוח.",
    "הטופס היה פתוח יותר משעה. יש לשלוח שוב.",
    "אותו דבר כבר נאמר, מילה במילה.",
    "מגיעות עכשיו יותר מדי תגובות, או שהגיעו יותר מדי מהמקום שבו אתם נמצאים. נסו שוב מאוחר יותר.",
    "לא מתקבלות עכשיו תגובות נוספות. נסו שוב ביום אחר.",
    "אי אפשר להגיב על כך עוד.",
    "לא היה אפשר לשמור אותה. נסו שוב מאוחר יותר.",
)
_AR: Final = (
    "ليس فيه شيء يمكن رؤيته.",
    "هو أطول من 2,000 حرف.",
    "فيه أكثر من 40 سطرًا.",
    "فيه أحرف لا تُرى أو تقلب اتجاه النص.",
    "فيه علامات كثيرة جدًا على حرف واحد، أو علامات بلا حرف.",
    "فيه عناوين صفحات أكثر مما يُقبل.",
    "الاسم أطول من 60 حرفًا.",
    "اللغة ليست من اللغات التي يمكن اختيارها.",
    "لم يصل النموذج كما عُرض.",
    "وصل فورًا. اقرؤوه مرة أخرى ثم أرسلوه.",
    "كان النموذج مفتوحًا أكثر من ساعة. أرسلوه من جديد.",
    "قيل الشيء نفسه من قبل حرفيًا.",
    "تصل الآن ردود كثيرة جدًا، أو وصل كثير منها من حيث أنتم. حاولوا لاحقًا.",
    "لا تُقبل ردود أخرى الآن. حاولوا في يوم آخر.",
    "لم يعد الرد على هذا ممكنًا.",
    "تعذّر حفظه. حاولوا لاحقًا.",
)
REFUSALS: Final[dict[Language, dict[str, str]]] = {
    "en": dict(zip(CODES, _EN, strict=True)),
    "ru": dict(zip(CODES, _RU, strict=True)),
    "he": dict(zip(CODES, _HE, strict=True)),
    "ar": dict(zip(CODES, _AR, strict=True)),
}
"""By language and code."""
