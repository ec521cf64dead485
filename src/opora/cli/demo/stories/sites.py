"""Websites of clients."""

from opora.cli.demo.company import ANNA, DARIA, SITES
from opora.cli.demo.pictures import log
from opora.cli.demo.steps import (
    Story,
    group,
    hold,
    note,
    priority,
    reply,
    tags,
    take,
    write,
)

STORIES = (
    Story(
        at=52,
        sender="khairullina@stroydvor.example",
        subject="Сайт отвечает с ошибкой 502",
        text="stroydvor.example не открывается, пишет 502 Bad Gateway. Клиенты звонят.",
        steps=(
            (3, priority(ANNA, "critical")),
            (1, group(ANNA, SITES)),
            (2, take(DARIA)),
            (
                5,
                reply(
                    DARIA,
                    "Алина, вижу, занимаюсь. Сайт упал из-за выгрузки каталога, поднимаю.",
                ),
            ),
        ),
    ),
    Story(
        at=(6, "10:00"),
        sender="admin@ulybka-dent.example",
        subject="Поменять цены на сайте",
        text="Добрый день! Просим обновить цены на сайте с понедельника, список во вложении.",
        files=(
            log(
                "Цены.txt",
                "Консультация врача — 900 руб.",
                "Лечение кариеса — от 4 200 руб.",
                "Профессиональная чистка — 5 500 руб.",
            ),
        ),
        steps=(
            (45, group(ANNA, SITES)),
            (80, take(DARIA)),
            (
                60,
                reply(
                    DARIA,
                    "Готово: цены обновлены и появятся на сайте в понедельник в 00:05.",
                    then="solve",
                ),
            ),
            (5700, write("Всё отлично, спасибо!")),
        ),
    ),
    Story(
        at=(1, "12:20"),
        sender="admin@ulybka-dent.example",
        subject="Форма записи на сайте не отправляет заявки",
        text="Пациенты говорят, что записались на сайте, а к нам ничего не пришло.",
        steps=(
            (10, priority(ANNA, "high")),
            (1, group(ANNA, SITES)),
            (15, take(DARIA)),
            (
                50,
                reply(
                    DARIA,
                    """
Здравствуйте! Форма работает, но письма попадали в спам вашего почтового ящика. Исправила
подпись писем и нашла 7 записей за три дня, список отправила вам на почту.

Проверьте, пожалуйста, приходит ли теперь пробная запись.
""",
                    then="ask",
                ),
            ),
            (2, tags(DARIA, "форма", "почта")),
        ),
    ),
    Story(
        at=(3, "17:02"),
        sender="ibragimov@bakery7.example",
        subject="Добавить на сайт страницу о доставке",
        text="""
Здравствуйте. Начинаем доставлять хлеб по району, нужна страница на сайте: зоны, время, цены.
Тексты пришлю, фотографии делает фотограф.
""",
        steps=(
            (30, group(ANNA, SITES)),
            (900, take(DARIA)),
            (
                20,
                reply(
                    DARIA,
                    """
Рустам, доброе утро! Сделаю за день, как только будут тексты и фотографии. Черновик страницы
уже есть, пришлю ссылку вместе с ними.
""",
                ),
            ),
            (5, note(DARIA, "Зоны доставки сделать картой, не списком.")),
            (1, hold(DARIA, 2, "Ждём тексты и фотографии от клиента")),
        ),
    ),
)
