"""Django's form fields in the clothes of the design: classes, and what a screen reader needs."""

from django import template
from django.forms import BoundField, Select, Textarea
from django.utils.safestring import SafeString

register = template.Library()

BARE = {"checkbox", "radioselect", "checkboxselectmultiple", "clearablefile", "multiplefile"}


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The widget of a field, tied to its hint and its error."""
    # Fields of the libraries bring a placeholder that repeats the label.
    attributes: dict[str, str | bool] = {"placeholder": False}
    if field.widget_type not in BARE:
        attributes["class"] = _part(field)
    notes = [f"{field.auto_id}_hint"] if field.help_text else []
    if field.errors:
        attributes["aria-invalid"] = "true"
        notes.append(f"{field.auto_id}_error")
    if notes:
        attributes["aria-describedby"] = " ".join(notes)
    return field.as_widget(attrs=attributes)


def _part(field: BoundField) -> str:
    if isinstance(field.field.widget, Textarea):
        return "textarea"
    return "select" if isinstance(field.field.widget, Select) else "input"
