import pytest

from opora.intake import sieve
from opora.intake.tests.paper import a_letter
from opora.intake.types import Attachment, Dsn, Facts, Letter

DSN = Dsn(status="5.1.1", recipient="alice@example.org", action="failed")
FILE = Attachment(name="a.txt", media_type="text/plain", content=b"a")


def bounce(*dsn: Dsn) -> Letter:
    return a_letter(is_bounce=True, dsn=dsn)


def returned(delivery: int | None = None, thread: int | None = None) -> Facts:
    return Facts(
        bounced_delivery_id=delivery, thread_id=thread, is_thread_proven=thread is not None
    )


ANSWERS: list[tuple[str, Letter, Facts, str, str]] = [
    # question, letter, facts, outcome, words of the reason
    ("duplicate", a_letter(), Facts(twin_id=7), "set_aside", "came before"),
    ("ours", a_letter(), Facts(is_ours=True, is_loop=True), "set_aside", "ourselves"),
    ("bounce", bounce(DSN), returned(3, 17), "joined", "came back"),
    ("bounce", bounce(), returned(3, 17), "joined", "came back"),
    ("bounce", bounce(DSN), returned(3), "set_aside", "belongs to no ticket"),
    ("bounce", bounce(DSN), returned(), "set_aside", "did not send"),
    ("bounce", bounce(Dsn("4.4.7", "", "delayed")), returned(3, 17), "set_aside", "delayed"),
    ("bounce", bounce(Dsn("2.1.5", "", "relayed")), returned(3, 17), "set_aside", "delayed"),
    ("bounce", bounce(Dsn("2.1.5", "", "delivered")), returned(3, 17), "set_aside", "delivered"),
    ("bounce", bounce(Dsn("4.4.7", "", "delayed"), DSN), returned(3, 17), "joined", "came back"),
    ("feedback", a_letter(is_feedback=True), Facts(), "set_aside", "report"),
    ("automatic", a_letter(is_auto_reply=True), Facts(), "set_aside", "automatic"),
    ("loop", a_letter(), Facts(is_loop=True), "set_aside", "mailbox of ours"),
    ("empty", a_letter(subject=" ", text="\n"), Facts(), "set_aside", "nothing"),
    ("thread", a_letter(subject="", text="", attachments=(FILE,)), Facts(), "opened", "nothing of"),
    ("thread", a_letter(subject="", text="", html="<img>"), Facts(), "opened", "nothing of"),
    ("thread", a_letter(text=""), Facts(), "opened", "nothing of ours"),
    ("thread", a_letter(), Facts(), "opened", "nothing of ours"),
    ("thread", a_letter(), Facts(thread_id=17), "opened", "takes no part"),
    ("thread", a_letter(), Facts(thread_id=17, sender_takes_part=True), "joined", "of the sender"),
    ("thread", a_letter(), Facts(thread_id=17, is_thread_proven=True), "joined", "of the sender"),
    (
        "thread",
        a_letter(),
        Facts(thread_id=17, is_thread_proven=True, is_closed_too_long=True),
        "opened",
        "too long ago",
    ),
]


@pytest.mark.parametrize("row", ANSWERS)
def test_each_question_has_its_answer(row: tuple[str, Letter, Facts, str, str]) -> None:
    question, letter, facts, outcome, reason = row
    verdict, asked = sieve.judge(letter, facts)
    assert (asked[-1], verdict.outcome) == (question, outcome)
    assert reason in verdict.reason


def test_every_question_stands_in_the_table() -> None:
    assert {row[0] for row in ANSWERS} == {name for name, _ in sieve.QUESTIONS}


def test_a_bounce_that_says_it_is_automatic_is_still_a_bounce() -> None:
    letter = a_letter(is_bounce=True, is_auto_reply=True, dsn=(DSN,))
    verdict, asked = sieve.judge(letter, returned(3, 17))
    assert (asked[-1], verdict.outcome) == ("bounce", "joined")


def test_a_copy_of_a_bounce_comes_back_once() -> None:
    verdict, _ = sieve.judge(bounce(DSN), Facts(twin_id=7, bounced_delivery_id=3, thread_id=17))
    assert verdict.outcome == "set_aside"
