"""What the writer wrote this time: without quoted history and without signature.

Programs put the history below a line of their own, each in its way and language:

Outlook, Exchange     | От: … / Отправлено: … / Кому: … / Тема: …, perhaps below a rule
Outlook of old        | -----Исходное сообщение-----
Gmail, Apple          | On … wrote: / пн, 12 мая 2025 г. в 10:15, Имя <…>: / … написал(а):
Thunderbird           | 12.05.2025 10:15, Имя пишет:
Mail.ru, Yandex       | Понедельник, 12 мая 2025, 10:15 +03:00 от …: / 12.05.2025, 10:15, "Имя" <…>:
The Bat!              | Вы писали 12 мая 2025 г.: / you wrote:

A forwarded letter is what the writer wants us to read: it stays. Nothing is lost in any case, since
`Letter.text` keeps the whole. Work is linear: each line is looked at a few times, by its beginning.
"""

import re

MAX_LINE = 400  # characters of a line that are looked at
MAX_LINES = 20_000
MAX_ATTRIBUTION = 4  # lines that "On … wrote:" may be broken into
MAX_CLOSING = 12  # lines from "С уважением" to the end that pass for a signature

ORIGINAL = re.compile(
    r"[-_*\s]{2,20}(?:original (?:message|appointment)|исходное сообщение|оригинальное сообщение"
    r"|первоначальное сообщение|ursprüngliche nachricht|message d'origine|mensaje original)"
    r"[-_*\s]{2,20}",
    re.I,
)
FORWARDED = re.compile(
    r"[-*\s]{0,20}(?:forwarded message|begin forwarded message|пересылаемое сообщение"
    r"|пересланное сообщение|перенаправленное сообщение|начало переадресованного сообщения"
    r"|начало пересылаемого сообщения|перенаправлено|weitergeleitete nachricht)\b",
    re.I,
)
ANSWER_SUBJECT = re.compile(r"\s*(?:re|aw|sv|отв|ответ|на|ha|нa|hа|відп)(?:\[\d{1,3}\])?\s*:", re.I)
FORWARD_SUBJECT = re.compile(r"\s*(?:fwd?|пересл|перенапр|wg|tr|i|рус)\s*:", re.I)
RULE = re.compile(r"[-_=*\s]{5,}")
HEADER = re.compile(
    r"\W{0,3}(?P<name>from|sent|to|cc|date|subject|от(?:\sкого)?|отправлено|отправитель|кому|копия"
    r"|дата|тема|von|gesendet|an|betreff|datum|від|надіслано|importance|важность)"
    r"\W{0,3}:",
    re.I,
)
FROM = {"from", "от", "от кого", "отправитель", "von", "від"}
WROTE = re.compile(
    r"(?:\bwrote|\bwrites|написал(?:\(а\)|а)?|писал(?:\(а\)|а)?|пишет|пише|schrieb(?: .{1,100})?"
    r"|a écrit|escribió|вы писали.{0,100})\s?:\W{0,3}$",
    re.I,
)
TIME = re.compile(r"\d{1,2}:\d{2}")
MOMENT = re.compile(r"\d{1,2}:\d{2}|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\b(?:19|20)\d{2}\b")
# The ways that name a moment and an address, but no verb.
VERBLESS = re.compile(
    r"(?:(?:пн|вт|ср|чт|пт|сб|вс|mon|tue|wed|thu|fri|sat|sun)[a-zа-я]{0,8}\.?,?\s"
    r"|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|\d{1,2}[ .]).{5,300}"
    r"(?:<[^<>\s]{3,100}@[^<>\s]{3,100}>|[^\s<>]{1,100}@[^\s<>]{3,100}|\bот .{2,150})\s?:\W{0,2}$",
    re.I,
)
OPENING = re.compile(
    r"(?:on\b|at\b|am\b|le\b|el\b|\d|\W{0,2}(?:пн|вт|ср|чт|пт|сб|вс|mon|tue|wed|thu|fri|sat|sun"
    r"|понед|вторн|сред|четв|пятн|субб|воскр|вы писали|you wrote)|.{1,100}\bwrote|.{1,150}пис)",
    re.I,
)
SIGNATURE = re.compile(r"(?:--|—|––|_{2})\s{0,2}")
DEVICE = re.compile(
    r"\W{0,4}(?:sent (?:from|via|by|with) (?:my |the )?(?:i(?:phone|pad|pod)|android|samsung|galaxy"
    r"|huawei|xiaomi|mail\b|mail\.ru|yahoo|gmail|outlook|blackberry|nokia|mobile|proton|yandex)"
    r"|get outlook for|отправлено (?:с|из|через) (?:моего |мобильно\w{1,3} |мобильной )?"
    r"(?:i(?:phone|pad)|андроид|android|samsung|почты|приложения|mail\.ru|яндекс|yandex|myмail|mymail"
    r"|телефона|устройства|outlook|gmail|мобильн|huawei|honor|xiaomi)|скачать outlook для"
    r"|скачайте outlook для|получит[еь] outlook для|von meinem iphone gesendet).{0,200}$",
    re.I,
)
CLOSING = re.compile(
    r"\s{0,4}(?:с (?:наилучшими|лучшими|добрыми) пожеланиями|с (?:большим |глубоким )?уважением"
    r"|(?:with )?(?:best|kind|warm|kindest|warmest) (?:regards|wishes)|regards|sincerely(?: yours)?"
    r"|yours (?:sincerely|faithfully|truly)|mit freundlichen grüßen|viele grüße|з повагою)"
    r"(?:\s*[,.!…]|\s*$|\s+[^\W\d_]{2,20}(?:\s+[^\W\d_]{1,20}\.?){0,3}\s*[,.]?\s*$)",
    re.I,
)
POSTSCRIPT = re.compile(r"\s{0,4}(?:p\.?\s?s\b|з\.?ы\b|постскриптум)", re.I)


def reply_of(text: str, subject: str = "", *, is_answer: bool = True) -> str:
    """`text` without history and signature; empty when there is nothing else in it.

    What answers nothing (`is_answer`) has no history: a letter pasted into it is what it is about.
    """
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        return text  # no letter by hand; a log that was pasted is no history
    may_forward = not is_answer or bool(FORWARD_SUBJECT.match(subject))
    kept, forwarded = _without_history(lines, may_forward=may_forward)
    whole = "\n".join([*_without_signature(kept), "", *forwarded])
    return re.sub(r"\n{3,}", "\n\n", whole).strip()


def _without_history(lines: list[str], *, may_forward: bool) -> tuple[list[str], list[str]]:
    """What is of the writer, and what they forward."""
    kept: list[str] = []
    number = 0
    while number < len(lines):
        line = lines[number][:MAX_LINE]
        begins_block = _is_header_block(lines, number)
        if FORWARDED.match(line) or (may_forward and begins_block):
            return kept, lines[number:]
        if begins_block or ORIGINAL.fullmatch(line.strip()):
            return _without_rule(kept), []
        length = _attribution(lines, number)
        if is_quoted(line):
            number += 1
        elif length and _is_quoted_or_end(lines, number + length):
            number += length
        elif length and TIME.search(" ".join(lines[number : number + length])):
            # Without a time, "On 12 May your colleague wrote:" may be the writer's own words.
            return _without_rule(kept), []
        else:
            kept.append(lines[number])
            number += 1
    return kept, []


def _is_quoted_or_end(lines: list[str], number: int) -> bool:
    following = _next_words(lines, number)
    return not following or is_quoted(following)


def is_quoted(line: str) -> bool:
    return line.lstrip(" \t").startswith((">", "&gt;"))


def _next_words(lines: list[str], number: int) -> str:
    """The next line that is not blank, or ""."""
    return next((line for line in lines[number : number + 20] if line.strip()), "")


def _is_header_block(lines: list[str], number: int) -> bool:
    """`От: …` and, in the next lines, at least two more of its kind."""
    match = HEADER.match(lines[number][:MAX_LINE])
    if match is None or match["name"].lower() not in FROM:
        return False
    names = {
        found["name"].lower()
        for line in lines[number + 1 : number + 12]
        if (found := HEADER.match(line[:MAX_LINE]))
    }
    return len(names - FROM) >= 2


def _attribution(lines: list[str], number: int) -> int:
    """How many lines say "On … wrote:" here; 0 if none does."""
    if not OPENING.match(lines[number][:MAX_LINE].lstrip("> \t")):
        return 0
    said = ""
    for length in range(1, MAX_ATTRIBUTION + 1):
        if number + length > len(lines) or not lines[number + length - 1].strip():
            return 0
        said = f"{said} {lines[number + length - 1][:MAX_LINE].strip()}".strip()
        if said.rstrip("* ").endswith(":") and _is_attribution(said, lines, number + length):
            return length
    return 0


def _is_attribution(said: str, lines: list[str], after: int) -> bool:
    if len(said) > MAX_LINE or not (MOMENT.search(said) or "@" in said):
        return bool(WROTE.search(said[-150:])) and is_quoted(_next_words(lines, after))
    return bool(WROTE.search(said[-150:]) or VERBLESS.match(said))


def _without_rule(kept: list[str]) -> list[str]:
    """The rule that programs draw above the history goes with it."""
    end = len(kept)
    while end and (not kept[end - 1].strip() or RULE.fullmatch(kept[end - 1][:MAX_LINE])):
        end -= 1
    return kept[:end]


def _without_signature(lines: list[str]) -> list[str]:
    for number, line in enumerate(lines):
        if not SIGNATURE.fullmatch(line):
            continue
        is_certain = line in {"-- ", "--"} or len(lines) - number <= MAX_CLOSING
        # Above it something must be said: some write two dashes first of all.
        if is_certain and any(earlier.strip() for earlier in lines[:number]):
            lines = lines[:number]
            break
    end = max(0, len(lines) - MAX_CLOSING)
    lines = lines[:end] + [line for line in lines[end:] if not DEVICE.match(line[:MAX_LINE])]
    while lines and not lines[-1].strip():
        lines.pop()
    return _without_closing(lines)


def _without_closing(lines: list[str]) -> list[str]:
    """From "С уважением" to the end, if it is short; what comes after it as a P.S. stays."""
    for number in range(max(0, len(lines) - MAX_CLOSING), len(lines)):
        if CLOSING.match(lines[number][:MAX_LINE]):
            rest = lines[number:]
            if any(line.rstrip().endswith("?") for line in rest):
                return lines  # nobody is asked anything by a signature
            after = next((i for i, line in enumerate(rest) if POSTSCRIPT.match(line)), len(rest))
            return lines[:number] + rest[after:]
    return lines
