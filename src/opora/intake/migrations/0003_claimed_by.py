from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_tell_pages")]

    operations = [
        migrations.AddField("arrival", "claimed_by", models.IntegerField(null=True)),
    ]
