from django.db import migrations

TRIGGER = """
CREATE TRIGGER tell_pages AFTER INSERT OR UPDATE OF outcome ON intake_arrival
    FOR EACH STATEMENT EXECUTE FUNCTION opora_tell_pages('arrivals')
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_journal"), ("trail", "0002_tell_pages")]

    operations = [migrations.RunSQL(TRIGGER, "DROP TRIGGER tell_pages ON intake_arrival")]
