"""What comes in besides requests: it opens no ticket, and nothing of it is lost."""

from opora.cli.demo.company import HELP, MARINA, SUPPORT
from opora.cli.demo.steps import Story, again, close, reply, take

STORIES = (
    Story(
        at=(4, "12:07"),
        sender="hr@clinic14.example",
        subject="Автоматический ответ: Re: Подключить нового сотрудника",
        text="Меня нет на месте до понедельника. По срочным вопросам звоните в регистратуру.",
        is_automatic=True,
    ),
    Story(
        at=(2, "16:11"),
        sender="gusev@kedr-td.example",
        subject="Fwd: Fwd: Fwd: Акт сверки за октябрь",
        text="Коллеги, пересылаю всю переписку по акту сверки. Кому его отдать на подпись?",
        trouble="reading it takes more than 20 seconds of processor time",
    ),
    Story(
        at=(7, "10:31"),
        mailbox=HELP,
        sender="marcus.webb@bluedoor.example",
        subject="Invoice for October",
        text="Hello, could you send the invoice for October once more? Our books are missing it.",
        steps=(
            (1, again(SUPPORT)),
            (45, take(MARINA)),
            (
                10,
                reply(
                    MARINA,
                    "Hello Marcus, of course: the accounts department has just sent it to you.",
                    then="solve",
                ),
            ),
            (4400, close(MARINA)),
        ),
    ),
)
