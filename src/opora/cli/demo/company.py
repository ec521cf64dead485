"""Who is in the demo: a service company, its people, its clients and those who write for them."""

from dataclasses import dataclass

SERVICE, LANGUAGE, ZONE = "Опора Сервис", "ru", "Europe/Moscow"
FIRST_LINE, SERVERS, SITES = "Первая линия", "Серверы и сети", "Сайты"
GROUPS = (FIRST_LINE, SERVERS, SITES)


@dataclass(frozen=True)
class Mailbox:
    address: str
    brand: str
    sender_name: str
    language: str
    signature: str


SUPPORT = "support@demo.example"
HELP = "help@demo.example"
MAILBOXES = (
    Mailbox(
        SUPPORT,
        "Опора Сервис",
        "Поддержка «Опора Сервис»",
        "ru",
        "«Опора Сервис»: компьютеры, кассы, серверы и сайты под присмотром\n"
        "По будням с 8:00 до 20:00, кассы — без выходных",
    ),
    Mailbox(
        HELP,
        "Opora Service",
        "Opora Service support",
        "en",
        "Opora Service: we keep your computers, servers and sites working\nWeekdays 8:00 to 20:00",
    ),
)


@dataclass(frozen=True)
class Agent:
    name: str
    email: str
    role: str
    works: tuple[str, ...]
    looks: tuple[str, ...] = ()


ANNA, IGOR, MARINA = "anna@demo.example", "igor@demo.example", "marina@demo.example"
TIMUR, OLEG, DARIA = "timur@demo.example", "oleg@demo.example", "daria@demo.example"
PAVEL = "pavel@demo.example"
# The administrator first: who adds the others.
AGENTS = (
    Agent("Павел Орлов", PAVEL, "administrator", GROUPS),
    Agent("Марина Королёва", MARINA, "lead", (FIRST_LINE, SERVERS), (SITES,)),
    Agent("Анна Крылова", ANNA, "agent", (FIRST_LINE,), (SERVERS,)),
    Agent("Игорь Лапин", IGOR, "agent", (FIRST_LINE,)),
    Agent("Тимур Гайнутдинов", TIMUR, "agent", (SERVERS,), (FIRST_LINE,)),
    Agent("Олег Савченко", OLEG, "agent", (SERVERS,)),
    Agent("Дарья Шубина", DARIA, "agent", (SITES,)),
)

# Name of a client and the domains its people write from.
COMPANIES = {
    "Аптеки «Здравица»": ("zdravitsa.example",),
    "ТД «Кедр»": ("kedr-td.example",),
    "Стройдвор": ("stroydvor.example",),
    "Пекарня № 7": ("bakery7.example",),
    "Поликлиника № 14": ("clinic14.example",),
    "Стоматология «Улыбка»": ("ulybka-dent.example",),
    "Лотос-Трейд": ("lotos-trade.example",),
    "Harbour & Finch": ("harbourfinch.example", "hf-legal.example"),
    "Blue Door Hotels": ("bluedoor.example",),
    "Tamarind Kitchen": ("tamarind.example",),
}

REQUESTERS = {
    "belousova@zdravitsa.example": "Наталья Белоусова",
    "preobrazhenskaya@zdravitsa.example": "Екатерина Преображенская-Вознесенская",
    "apteka12@zdravitsa.example": "Аптека № 12",
    "miroshnichenko@kedr-td.example": "Ольга Мирошниченко",
    "gusev@kedr-td.example": "Гусев А. П.",
    "khairullina@stroydvor.example": "Алина Хайруллина",
    "sklad@stroydvor.example": "Склад Стройдвор",
    "ibragimov@bakery7.example": "Рустам Ибрагимов",
    "svetlana@bakery7.example": "Светлана",
    "hr@clinic14.example": "Отдел кадров",
    "registratura@clinic14.example": "Регистратура",
    "volkova@clinic14.example": "Волкова Ирина Сергеевна",
    "dr.lebedev@ulybka-dent.example": "Артём Лебедев",
    "admin@ulybka-dent.example": "Администратор «Улыбка»",
    "pak@lotos-trade.example": "Виктор Пак",
    "buh@lotos-trade.example": "Бухгалтерия Лотос-Трейд",
    "s.tikhonov@mail.example": "Сергей Тихонов",
    "emily.carter@harbourfinch.example": "Emily Carter",
    "j.finch@hf-legal.example": "Jonathan Finch",
    "reception.leith@bluedoor.example": "Blue Door Leith, reception",
    "marcus.webb@bluedoor.example": "Marcus Webb",
    "priya@tamarind.example": "Priya Nair",
    "orders@tamarind.example": "Tamarind Kitchen",
}
