from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0002_tell_pages")]

    operations = [
        migrations.AddField("delivery", "claimed_by", models.IntegerField(null=True)),
    ]
