import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0013_rules_of_later_kinds"),
    ]

    operations = [
        migrations.AlterField(
            model_name="alertrule",
            name="labels",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40),
                blank=True,
                default=list,
                help_text="of stations or locations, commas between them; empty: all",
                size=None,
                verbose_name="labels",
            ),
        ),
        migrations.AlterField(
            model_name="alertrule",
            name="locations",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=50),
                blank=True,
                default=list,
                help_text="codes, commas between them; empty: all",
                size=None,
                verbose_name="locations",
            ),
        ),
        migrations.AlterField(
            model_name="alertrule",
            name="name",
            field=models.SlugField(
                help_text="Commands bear it behind “rule:”.", max_length=60, unique=True, verbose_name="name"
            ),
        ),
        migrations.AlterField(
            model_name="alertrule",
            name="vendors",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=100),
                blank=True,
                default=list,
                help_text="as stations name them, commas between them; empty: all",
                size=None,
                verbose_name="vendors",
            ),
        ),
    ]
