"""Names of files that are safe to save and good to read."""

import re
import unicodedata

MAX_NAME = 150
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)")
EXTENSIONS = {
    "application/gzip": "gz",
    "application/json": "json",
    "application/ms-tnef": "dat",
    "application/msword": "doc",
    "application/pdf": "pdf",
    "application/pgp-encrypted": "asc",
    "application/pgp-keys": "asc",
    "application/pgp-signature": "asc",
    "application/pkcs7-mime": "p7m",
    "application/pkcs7-signature": "p7s",
    "application/rtf": "rtf",
    "application/vnd.ms-excel": "xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/x-pkcs7-mime": "p7m",
    "application/x-pkcs7-signature": "p7s",
    "application/xml": "xml",
    "application/zip": "zip",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "image/bmp": "bmp",
    "image/gif": "gif",
    "image/heic": "heic",
    "image/jpeg": "jpg",
    "image/jpg": "jpg",
    "image/pjpeg": "jpg",
    "image/png": "png",
    "image/svg+xml": "svg",
    "image/tiff": "tiff",
    "image/webp": "webp",
    "message/delivery-status": "txt",
    "message/disposition-notification": "txt",
    "message/feedback-report": "txt",
    "message/global": "eml",
    "message/rfc822": "eml",
    "text/calendar": "ics",
    "text/css": "css",
    "text/csv": "csv",
    "text/directory": "vcf",
    "text/html": "html",
    "text/plain": "txt",
    "text/rfc822-headers": "txt",
    "text/rtf": "rtf",
    "text/vcard": "vcf",
    "text/x-amp-html": "html",
    "text/x-vcard": "vcf",
    "text/xml": "xml",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
}
NAMES = {
    "application/pgp-encrypted": "pgp-version.asc",
    "application/pgp-signature": "signature.asc",
    "application/pkcs7-mime": "smime.p7m",
    "application/pkcs7-signature": "smime.p7s",
    "application/ms-tnef": "winmail.dat",
    "message/delivery-status": "delivery-status.txt",
    "message/disposition-notification": "read-receipt.txt",
    "message/feedback-report": "feedback-report.txt",
    "message/global-delivery-status": "delivery-status.txt",
    "text/calendar": "invite.ics",
    "text/rfc822-headers": "headers.txt",
}
KINDS = {"image": "picture", "audio": "sound", "video": "video", "message": "letter"}


def clean_name(name: str) -> str:
    """The last step of a path, visible characters only, "" if nothing is left."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/")
    name = "".join(" " if char in "\t\r\n" else char for char in name)
    name = "".join(c for c in name if unicodedata.category(c) not in INVISIBLE or c == "\u200d")
    name = name.rstrip("/ ").rpartition("/")[2]
    name = re.sub(r'[<>:"|?*]', "_", re.sub(r"\s+", " ", name)).strip(" ").rstrip(". ")
    if not name.strip("._ "):
        return ""
    return _shortened(f"_{name}" if DEVICES.match(name) else name)


def _shortened(name: str) -> str:
    """At most 150 characters and 230 bytes, the extension kept: file systems take 255 bytes."""
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 20:
        stem, extension = name, ""
    suffix = f".{extension}" if extension else ""
    stem = stem[: MAX_NAME - len(suffix)]
    while len((stem + suffix).encode()) > 230:
        stem = stem[:-1]
    return stem + suffix


def name_for(media_type: str, number: int, title: str = "") -> str:
    """A name for a part that has none: by its title, else by its kind and number."""
    extension = EXTENSIONS.get(media_type, "bin")
    if title := clean_name(re.sub(r"[/\\]", "-", title)):
        return _shortened(
            title if title.lower().endswith(f".{extension}") else f"{title}.{extension}"
        )
    if media_type in NAMES:
        return NAMES[media_type]
    kind = KINDS.get(media_type.partition("/")[0], "part")
    return f"{kind}-{number}.{extension}"
