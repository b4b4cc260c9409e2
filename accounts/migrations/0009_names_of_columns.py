import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_search_people"),
    ]

    operations = [
        migrations.AlterField(
            model_name="apiclient",
            name="secret",
            field=models.CharField(editable=False, max_length=80, verbose_name="secret"),
        ),
        migrations.AlterField(
            model_name="company",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="public ID"),
        ),
        migrations.AlterField(
            model_name="foreignidentity",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="foreign_identities",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person",
            ),
        ),
        migrations.AlterField(
            model_name="idtag",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="public ID"),
        ),
        migrations.AlterField(
            model_name="login",
            name="previous_token_id",
            field=models.CharField(blank=True, editable=False, max_length=64, verbose_name="previous token"),
        ),
        migrations.AlterField(
            model_name="login",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="public ID"),
        ),
        migrations.AlterField(
            model_name="login",
            name="token_id",
            field=models.CharField(editable=False, max_length=64, verbose_name="token"),
        ),
        migrations.AlterField(
            model_name="login",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="logins",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="code",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="messages",
                to="accounts.onetimecode",
                verbose_name="one-time code",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="notification",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="messages",
                to="accounts.notification",
                verbose_name="notification",
            ),
        ),
        migrations.AlterField(
            model_name="notification",
            name="key",
            field=models.CharField(
                editable=False, help_text="The same thing is told once.", max_length=160, verbose_name="key"
            ),
        ),
        migrations.AlterField(
            model_name="notification",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="public ID"),
        ),
        migrations.AlterField(
            model_name="notification",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notifications",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person",
            ),
        ),
        migrations.AlterField(
            model_name="notificationchoice",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notification_choices",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person",
            ),
        ),
        migrations.AlterField(
            model_name="onetimecode",
            name="salt",
            field=models.CharField(editable=False, max_length=32, verbose_name="salt"),
        ),
        migrations.AlterField(
            model_name="onetimecode",
            name="tries_by",
            field=models.JSONField(default=dict, editable=False, verbose_name="tries by address"),
        ),
        migrations.AlterField(
            model_name="onetimecode",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person",
            ),
        ),
        migrations.AlterField(
            model_name="pushsubscription",
            name="auth",
            field=models.CharField(editable=False, max_length=60, verbose_name="secret of the browser"),
        ),
        migrations.AlterField(
            model_name="pushsubscription",
            name="p256dh",
            field=models.CharField(editable=False, max_length=120, verbose_name="key of the browser"),
        ),
        migrations.AlterField(
            model_name="pushsubscription",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="public ID"),
        ),
        migrations.AlterField(
            model_name="pushsubscription",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="push_subscriptions",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person",
            ),
        ),
        migrations.AlterField(
            model_name="signedrequest",
            name="at",
            field=models.DateTimeField(verbose_name="when"),
        ),
        migrations.AlterField(
            model_name="signedrequest",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.apiclient",
                verbose_name="API client",
            ),
        ),
        migrations.AlterField(
            model_name="signedrequest",
            name="signature",
            field=models.CharField(max_length=64, verbose_name="signature"),
        ),
        migrations.AlterField(
            model_name="user",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="public ID"),
        ),
    ]
