from django.db import migrations

# Where the rows are: no writer can forget it, and it costs no statement of its own. Identical
# notifications of one transaction are delivered once, after its commit.
FUNCTION = """
CREATE FUNCTION opora_tell_pages() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('opora_events', TG_ARGV[0]);
    RETURN NULL;
END $$
"""
TRIGGER = """
CREATE TRIGGER tell_pages AFTER INSERT ON trail_event
    FOR EACH STATEMENT EXECUTE FUNCTION opora_tell_pages('')
"""


class Migration(migrations.Migration):
    dependencies = [("trail", "0001_events")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION opora_tell_pages()"),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER tell_pages ON trail_event"),
    ]
