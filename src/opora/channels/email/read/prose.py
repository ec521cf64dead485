"""Letters that came back, told in words: exim, qmail, postfix, Exchange, Mail.ru, Yandex."""

import re

from opora.channels.email.read import addresses
from opora.channels.email.read.headers import Headers
from opora.intake.types import Dsn

MAX_TEXT = 50_000  # characters; the report stands above the returned letter
MAX_RECIPIENTS = 50
SERVER = re.compile(
    r"(?:mailer-?daemon|mail-?daemon|postmaster|maildelivery|mail-?delivery-?(?:system|subsystem)?"
    r"|mdaemon|microsoftexchange[0-9a-f]{10,40})@|(?:mailer-daemon|postmaster)$",
    re.I,
)
SUBJECT = re.compile(
    r"undeliver|undelivered|delivery (?:status notification|failure|failed|has failed|report|delay)"
    r"|mail delivery (?:failed|failure|system|delayed|problem)|returned (?:mail|to sender)"
    r"|failure notice|message delayed|non-?delivery|could not be delivered"
    r"|delivery (?:incomplete|notification)|mail failure"
    r"|warning: (?:could not send|message .{1,60}delayed)"
    r"|не\s?доставлен|недоставлен|не уда(?:лось|[её]тся) доставить|не может быть доставлен"
    r"|сбой доставки|ошибка доставки|отч[её]т о доставке|возвращено отправителю"
    r"|unzustellbar|non remis",
    re.I,
)
BODY = re.compile(
    r"could not be delivered|couldn't be delivered|was not delivered|unable to deliver"
    r"|wasn't able to deliver|delivery has failed|delivery to the following recipients? failed"
    r"|did not reach (?:some or all of )?the (?:intended|following) recipient"
    r"|following address(?:\(es\)|es)? failed|permanent (?:fatal )?error|undeliverable"
    r"|has been delayed|not yet been delivered|still being retried"
    r"|не может быть (?:доставлено|отправлено)|не было доставлено|не удалось доставить"
    r"|не доставлено|доставка .{0,60}(?:не удалась|невозможна)",
    re.I,
)
DELAY = re.compile(
    r"\bdelay(?:ed)?\b|not yet been delivered|do not need to resend"
    r"|will (?:keep|continue) (?:to )?try"
    r"|still being retried|could not send message for past|задержан|задерживается|попытки доставки"
    r" будут продолжены",
    re.I,
)
FINAL = re.compile(r"permanent|failed|giv(?:en|ing) up|не может быть", re.I)
RETURNED = re.compile(
    r"^[-\s]{0,10}(?:below this line is a copy|this is a copy of|original message|the header of the"
    r"|returned message|undelivered message|исходное (?:письмо|сообщение)|заголовки письма"
    r"|copy of your message|message header follows|the following is a copy)"
    r"|^return-path:|^received:",
    re.I | re.M,
)
STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
AT_THE_HEAD = re.compile(r"^[ \t<'\"*•>-]{0,20}([^\s<>'\"()]{1,100}@[^\s<>'\"();,]{1,200})", re.M)
DAEMON = re.compile(r"(?:mailer-?daemon|mail-?daemon|microsoftexchange[0-9a-f]{10,40})@", re.I)
CODE = re.compile(r"(?<![\d.:])([45])\d\d[ \-](?!\d{3})")


def is_from_server(headers: Headers) -> bool:
    """Written by no human: nobody to answer to, or a server's name as the sender."""
    _, sender = addresses.sender_of(headers)
    return headers.first("return-path").strip() == "<>" or bool(
        SERVER.match(sender or headers.first("from"))
        or headers.first("x-failed-recipients")
        or SERVER.match(headers.first("from").strip("<> "))
    )


def speaks_of_failure(headers: Headers, subject: str, text: str) -> bool:
    if headers.first("x-failed-recipients"):
        return True
    said = bool(BODY.search(_unbroken(_report(text))))
    # Behind "postmaster" sits a human too, who may write of letters that did not arrive.
    return said and (bool(SUBJECT.search(subject)) or bool(DAEMON.match(_sender(headers))))


def dsn_of(headers: Headers, subject: str, text: str) -> tuple[Dsn, ...]:
    """One for each address that the report names; one without an address when it names none."""
    report = _report(text)
    said = _unbroken(report)
    is_delay = DELAY.search(subject) or (DELAY.search(said) and not FINAL.search(said))
    action = "delayed" if is_delay else "failed"
    named = addresses.addresses_of(headers, "x-failed-recipients")
    found = _named_in(report, headers)
    recipients = named or tuple(found)
    if not recipients:
        return (Dsn(_status(report), "", action),)
    return tuple(
        Dsn(found.get(address, "") or _status(report), address, action)
        for address in recipients[:MAX_RECIPIENTS]
    )


def _report(text: str) -> str:
    """What the server says, without the letter that it returns."""
    text = text[:MAX_TEXT]
    returned = RETURNED.search(text)
    return text[: returned.start()] if returned else text


def _unbroken(report: str) -> str:
    """Its phrases may be broken between any two words."""
    return " ".join(report.split())


def _named_in(report: str, headers: Headers) -> dict[str, str]:
    """Addresses at the head of lines, with the status that follows each."""
    ours = set(addresses.addresses_of(headers, "from", "to", "cc", "reply-to"))
    found: dict[str, str] = {}
    places = list(AT_THE_HEAD.finditer(report))
    for place, match in enumerate(places):
        address = addresses.addresses_of(Headers([("to", match[1].rstrip(":.;,"))]), "to")
        if not address or address[0] in ours:
            continue
        end = places[place + 1].start() if place + 1 < len(places) else len(report)
        found.setdefault(address[0], _status(report[match.end() : min(end, match.end() + 3000)]))
    return found


def _status(said: str) -> str:
    """The enhanced code, else the class of the plain one, else nothing."""
    if status := STATUS.search(said):
        return status[1]
    code = CODE.search(said)
    return f"{code[1]}.0.0" if code else ""


def _sender(headers: Headers) -> str:
    return addresses.sender_of(headers)[1]
