from opora.trail import actions
from opora.trail.models import Event


def react(event_id: int) -> None:
    """Run the reactions to an event; safe to run twice, each happens once."""
    actions.react(event=Event.objects.get(id=event_id))
