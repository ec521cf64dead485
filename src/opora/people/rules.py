"""What an address says of its owner. Plain Python."""

# Anybody may have an address there: such a domain says nothing of a company.
PUBLIC_DOMAINS = frozenset(
    """
    gmail.com googlemail.com mail.ru bk.ru inbox.ru list.ru internet.ru xmail.ru vk.com ya.ru
    yandex.ru yandex.com yandex.by yandex.kz yandex.ua yandex.net narod.ru rambler.ru lenta.ru
    autorambler.ru myrambler.ru ro.ru r0.ru hotmail.com hotmail.ru hotmail.co.uk hotmail.fr
    hotmail.de hotmail.it outlook.com outlook.de outlook.fr live.com live.ru live.co.uk msn.com
    yahoo.com yahoo.co.uk yahoo.de yahoo.fr yahoo.co.jp ymail.com rocketmail.com aol.com
    icloud.com me.com mac.com proton.me protonmail.com pm.me gmx.de gmx.net gmx.at gmx.com web.de
    t-online.de freenet.de mail.com email.com zoho.com tutanota.com tuta.io hey.com fastmail.com
    fastmail.fm qq.com 163.com 126.com sina.com foxmail.com naver.com orange.fr free.fr laposte.net
    wanadoo.fr libero.it virgilio.it wp.pl o2.pl onet.pl interia.pl seznam.cz ukr.net i.ua meta.ua
    tut.by mail.by mail.kz comcast.net verizon.net att.net sbcglobal.net bigmir.net nm.ru pochta.ru
    sibmail.com e1.ru ngs.ru
    """.split()  # noqa: SIM905  a list of names is read as a list of names
)


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


def is_public(domain: str) -> bool:
    return domain in PUBLIC_DOMAINS
