"""How the pages look to the person who is signed in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from opora.people import actions
from opora.people.models import Person
from opora.workspace.request import actor_of

# What the buttons of the menu send, and what is kept; the first is the same as nothing.
THEMES = {"system": Person.Theme.SYSTEM, "light": Person.Theme.LIGHT, "dark": Person.Theme.DARK}
DENSITIES = {"comfortable": Person.Density.COMFORTABLE, "compact": Person.Density.COMPACT}


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """One of language, theme and density; then back to the page they came from."""
    me, asked = actor_of(request), request.POST
    language = asked.get("language", "")
    actions.set_look(
        person=me,
        language=language if language in dict(settings.LANGUAGES) else me.language,
        theme=THEMES.get(asked.get("theme", ""), me.theme),
        density=DENSITIES.get(asked.get("density", ""), me.density),
        time_zone=me.time_zone,
    )
    back = asked.get("next", "")
    # What does not begin with a slash, redirect() takes for the name of a page.
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, request.get_host())
    return redirect(back if is_ours else "workspace:home")
