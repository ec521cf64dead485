"""Letters as mail programs and mail servers of the demo's clients write them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage, Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr, make_msgid

from opora.cli.demo.pictures import File
from opora.outbox.models import Delivery


@dataclass(frozen=True)
class Written:
    """What somebody writes, before their mail program makes a letter of it."""

    sender: str
    name: str
    to: str
    subject: str
    text: str
    at: datetime
    files: tuple[File, ...] = ()
    cc: tuple[str, ...] = ()
    answers: Collection[str] = ()  # Message-IDs, the last one is answered
    is_automatic: bool = False


def compose(written: Written) -> bytes:
    letter = EmailMessage()
    letter["From"] = formataddr((written.name, written.sender))
    letter["To"] = written.to
    if written.cc:
        letter["Cc"] = ", ".join(written.cc)
    letter["Subject"] = written.subject
    letter["Date"] = format_datetime(written.at)
    letter["Message-ID"] = make_msgid(domain=written.sender.rpartition("@")[2])
    if written.answers:
        letter["In-Reply-To"] = list(written.answers)[-1]
        letter["References"] = " ".join(written.answers)
    if written.is_automatic:
        letter["Auto-Submitted"] = "auto-replied"
    letter.set_content(written.text.strip() + "\n")
    for file in written.files:
        maintype, _, subtype = file.media_type.partition("/")
        letter.add_attachment(file.content, maintype=maintype, subtype=subtype, filename=file.name)
    return letter.as_bytes()


def bounce(returned: Delivery, *, status: str, prose: str, at: datetime) -> bytes:
    """A delivery report by RFC 3464 of the server that first took the letter and then could not."""
    domain = returned.recipient.rpartition("@")[2]
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"] = f"Mail Delivery System <mailer-daemon@mx.{domain}>"
    report["To"] = returned.sender
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report["Date"] = format_datetime(at)
    report["Message-ID"] = make_msgid(domain=f"mx.{domain}")
    report["Auto-Submitted"] = "auto-replied"
    report.attach(MIMEText(f"This is the mail system at mx.{domain}.\n\n{prose}\n"))
    report.attach(_status(domain, returned.recipient, status, prose))
    returned_letter = EmailMessage()
    returned_letter["From"], returned_letter["To"] = returned.sender, returned.recipient
    returned_letter["Subject"] = returned.subject
    returned_letter["Message-ID"] = returned.message_id
    returned_letter.set_content(returned.text)
    report.attach(MIMEMessage(returned_letter))
    return report.as_bytes()


def _status(domain: str, recipient: str, status: str, prose: str) -> Message:
    """Two groups of fields, of the whole letter and of its one recipient."""
    whole, one = Message(), Message()
    whole["Reporting-MTA"] = f"dns; mx.{domain}"
    one["Final-Recipient"] = f"rfc822; {recipient}"
    one["Action"] = "failed"
    one["Status"] = status
    one["Diagnostic-Code"] = f"smtp; {prose}"
    part = Message()
    part["Content-Type"] = "message/delivery-status"
    part.set_payload([whole, one])
    return part
