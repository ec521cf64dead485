from django.db import migrations

TRIGGER = """
CREATE TRIGGER tell_pages AFTER INSERT OR UPDATE OF state, held_for ON outbox_delivery
    FOR EACH STATEMENT EXECUTE FUNCTION opora_tell_pages('deliveries')
"""


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_deliveries"), ("trail", "0002_tell_pages")]

    operations = [migrations.RunSQL(TRIGGER, "DROP TRIGGER tell_pages ON outbox_delivery")]
