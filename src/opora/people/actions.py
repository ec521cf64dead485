import hashlib
import secrets
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from opora.lib import clock
from opora.lib.errors import Refusal
from opora.people import selectors
from opora.people.models import Company, CompanyDomain, Group, Membership, Person, SignInLink
from opora.people.rules import is_public
from opora.trail import actions as trail
from opora.trail.actions import Change

LINK_LIFE = timedelta(days=3)
MAILED_LINK_LIFE = timedelta(hours=1)
MAILED_LINK_PAUSE = timedelta(minutes=5)


def meet(*, email: str, name: str = "", language: str = "") -> Person:
    """Return the person behind an address, making one for a new face.

    A known person without a name takes the one given; nobody is renamed by a letter.
    """
    person = selectors.find_person(email)
    if person is None:
        return _welcome(email.lower(), name[:200], language)
    if name and not person.name and not person.is_agent:
        person.name = name[:200]
        person.save(update_fields=["name"])
    return person


def _welcome(email: str, name: str, language: str) -> Person:
    person = Person(
        email=email,
        name=name,
        language=language,
        company=selectors.find_company(email),
        created_at=clock.now(),
    )
    person.set_unusable_password()
    # Who met them a moment before wins; one statement, since most letters come from new faces.
    Person.objects.bulk_create(
        [person], update_conflicts=True, unique_fields=["email"], update_fields=["email"]
    )
    return person


@transaction.atomic
def add_agent(
    *,
    actor: Person | None,
    name: str,
    email: str,
    role: str,
    language: str = "",
    password: str = "",
) -> Person:
    """Make an agent, or one of a known requester. `actor` is empty only at the first run."""
    _check_administrator(actor)
    person, _made = Person.objects.get_or_create(
        email=email.strip().lower(), defaults={"created_at": clock.now()}
    )
    if person.is_agent:
        raise Refusal(_("%(email)s already works here.") % {"email": person.email})
    before = {"name": person.name, "role": person.role}
    person.name, person.role, person.is_active = name[:200], role, True
    person.language = language or person.language
    if password:
        person.set_password(password)
    elif not person.password:  # Django takes an empty one for usable
        person.set_unusable_password()
    person.save()
    _note(actor, "person.added", person, name=(before["name"], name), role=(before["role"], role))
    return person


@transaction.atomic
def change_agent(
    *, actor: Person, person: Person, name: str, role: str, is_active: bool, language: str = ""
) -> Person:
    _check_administrator(actor)
    person = Person.objects.select_for_update().get(id=person.pk)
    stays = is_active and role == Person.Role.ADMINISTRATOR
    if person.is_administrator and not stays and selectors.administrators().count() == 1:
        raise Refusal(_("This is the only administrator: make another one first."))
    new: dict[str, str | bool] = {
        "name": name[:200],
        "role": role,
        "is_active": is_active,
        "language": language,
    }
    _set(actor, "person.changed", person, new)
    return person


@transaction.atomic
def set_memberships(*, actor: Person, person: Person, works: set[int], looks: set[int]) -> None:
    """Groups in which a person works, and those into which they may only look."""
    _check_administrator(actor)
    before = _memberships(person)
    Membership.objects.filter(person=person).exclude(group_id__in=works | looks).delete()
    for group_id in works | looks:
        Membership.objects.update_or_create(
            person=person, group_id=group_id, defaults={"is_observer": group_id not in works}
        )
    after = _memberships(person)
    if after != before:
        _note(actor, "person.groups", person, groups=(before, after))


@transaction.atomic
def save_group(*, actor: Person, group: Group | None, name: str, is_active: bool = True) -> Group:
    _check_administrator(actor)
    if Group.objects.filter(name=name).exclude(id=group.pk if group else 0).exists():
        raise Refusal(_("There already is a group “%(name)s”.") % {"name": name})
    if group is None:
        group = Group.objects.create(name=name, is_active=is_active)
        _note(actor, "group.added", group, name=(None, name))
        return group
    _set(actor, "group.changed", group, {"name": name, "is_active": is_active})
    return group


@transaction.atomic
def save_company(
    *, actor: Person, company: Company | None, name: str, domains: list[str]
) -> Company:
    """Domains of public mail are refused: they would make strangers colleagues."""
    if not actor.is_agent:
        raise PermissionDenied
    public = [domain for domain in domains if is_public(domain)]
    if public:
        raise Refusal(
            _("%(domain)s is a public mail service: anybody has addresses there.")
            % {"domain": public[0]}
        )
    taken = CompanyDomain.objects.filter(domain__in=domains)
    other = taken.exclude(company=company).select_related("company").first()
    if other:
        raise Refusal(
            _("%(domain)s already belongs to %(company)s.")
            % {"domain": other.domain, "company": other.company.name}
        )
    if company is None:
        company = Company.objects.create(name=name, created_at=clock.now())
        _note(actor, "company.added", company, name=(None, name))
    else:
        _set(actor, "company.changed", company, {"name": name})
    before = sorted(company.domains.values_list("domain", flat=True))
    company.domains.exclude(domain__in=domains).delete()
    for domain in set(domains) - set(before):
        company.domains.create(domain=domain)
    if sorted(domains) != before:
        _note(actor, "company.domains", company, domains=(before, sorted(domains)))
    return company


@transaction.atomic
def set_look(*, person: Person, language: str, theme: str, density: str, time_zone: str) -> None:
    """How the pages look to this person; nobody else's business, so not in the audit."""
    person.language, person.theme, person.density = language, theme, density
    person.time_zone = time_zone
    person.save(update_fields=["language", "theme", "density", "time_zone"])


@transaction.atomic
def invite(*, actor: Person | None, person: Person) -> str:
    """Make a link's token, good once. Only its hash is kept; earlier links of theirs end."""
    _check_administrator(actor)
    _note(actor, "person.invited", person)
    return make_link(person=person)


@transaction.atomic
def invite_from_shell(*, person: Person) -> str:
    """For who is locked out. Whoever may run our commands here may do everything anyway."""
    _note(None, "person.invited", person)
    return make_link(person=person)


def make_link(*, person: Person) -> str:
    SignInLink.objects.filter(person=person, used_at=None).delete()
    return _new_link(person, LINK_LIFE)


def make_mailed_link(*, person: Person) -> str | None:
    """A short-lived link beside the others; None when one was made a moment ago.

    Anybody may ask for it by an address: neither floods a person nor ends what they were given.
    """
    now = clock.now()
    SignInLink.objects.filter(person=person, expires_at__lt=now).delete()
    latest = now + MAILED_LINK_LIFE
    made = SignInLink.objects.filter(
        person=person, expires_at__gt=latest - MAILED_LINK_PAUSE, expires_at__lte=latest
    )
    return None if made.exists() else _new_link(person, MAILED_LINK_LIFE)


def _new_link(person: Person, life: timedelta) -> str:
    token = secrets.token_urlsafe(32)
    SignInLink.objects.create(
        person=person,
        token_sha256=hashlib.sha256(token.encode()).hexdigest(),
        expires_at=clock.now() + life,
    )
    return token


def use_link(*, token: str) -> Person | None:
    """The person whom the link signs in, once; None when it is used up, too old or unknown."""
    now = clock.now()
    link = SignInLink.objects.filter(
        token_sha256=hashlib.sha256(token.encode()).hexdigest(), person__is_active=True
    )
    if link.filter(used_at=None, expires_at__gt=now).update(used_at=now) != 1:
        return None
    return link.select_related("person").get().person


@transaction.atomic
def set_password(*, person: Person, password: str) -> None:
    """Their own; that it changed is in the audit, what it is nowhere."""
    person.set_password(password)
    person.save(update_fields=["password"])
    _note(person, "person.password", person)


@transaction.atomic
def drop_second_factor(*, actor: Person, person: Person) -> None:
    """For somebody who lost the phone and the recovery codes."""
    _check_administrator(actor)
    if not Authenticator.objects.filter(user=person).delete()[0]:
        raise Refusal(_("There is no second factor."))
    _note(actor, "person.second_factor", person)


def _check_administrator(actor: Person | None) -> None:
    # Nobody is there to ask before the first administrator exists.
    if actor is None and not selectors.administrators().exists():
        return
    if actor is None or not actor.is_administrator:
        raise PermissionDenied


def _memberships(person: Person) -> list[str]:
    rows = person.memberships.select_related("group").order_by("group__name")
    return [f"{row.group.name}{' (observer)' if row.is_observer else ''}" for row in rows]


def _set(
    actor: Person, kind: str, row: Person | Group | Company, new: dict[str, str | bool]
) -> None:
    changes: dict[str, Change] = {
        name: (getattr(row, name), value)
        for name, value in new.items()
        if getattr(row, name) != value
    }
    if changes:
        for name, value in new.items():
            setattr(row, name, value)
        row.save(update_fields=list(changes))
        _note(actor, kind, row, **changes)


def _note(
    actor: Person | None, kind: str, row: Person | Group | Company, **changes: Change
) -> None:
    trail.note(
        actor_id=actor.pk if actor else None,
        kind=kind,
        about=kind.partition(".")[0],
        about_id=row.pk,
        changes=changes,
    )
