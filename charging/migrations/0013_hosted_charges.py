"""Whose place a charge was at is kept when it is made; what was stated before is known by its statement.

Of what was before, only where stations stand and whose places they are today can be known, but for receipts that a
statement has counted: those were its company's.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

KEEP = """
CREATE FUNCTION charging_keep_host() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO charging_hostedcharge (session_id, host_id, place)
    SELECT NEW.id, place.host_id, place.code
    FROM stations_station AS station JOIN stations_location AS place ON place.id = station.location_id
    WHERE station.id = NEW.station_id AND place.host_id IS NOT NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER session_keeps_its_host AFTER INSERT ON charging_session
    FOR EACH ROW EXECUTE FUNCTION charging_keep_host();
CREATE TRIGGER hostedcharge_stays_as_it_was BEFORE UPDATE ON charging_hostedcharge
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
"""
LEAVE = """
DROP TRIGGER hostedcharge_stays_as_it_was ON charging_hostedcharge;
DROP TRIGGER session_keeps_its_host ON charging_session;
DROP FUNCTION charging_keep_host;
"""
# Which receipts a statement has counted, as it was found until now: those of its month up to its last receipt, and
# those of earlier ones that the statement before did not know.
STATED = """
INSERT INTO billing_hoststatementline (statement_id, receipt_id, agreement_id)
SELECT DISTINCT ON (receipt.id) statement.id, receipt.id, statement.agreement_id
FROM (
    SELECT *, month::timestamp AT TIME ZONE %(zone)s AS since,
        (month + interval '1 month') AT TIME ZONE %(zone)s AS until,
        lag(receipts_until) OVER (PARTITION BY company_id, place, currency ORDER BY month) AS known
    FROM billing_hoststatement
) AS statement
JOIN stations_location AS place ON place.code = statement.place
JOIN stations_station AS station ON station.location_id = place.id
JOIN charging_session AS session ON session.station_id = station.id
LEFT JOIN accounts_idtag AS card ON card.id = session.id_tag_id
JOIN billing_receipt AS receipt ON receipt.subject = 'session:' || session.id
    AND receipt.currency = statement.currency AND receipt.id <= statement.receipts_until
    AND receipt.made_at < statement.until AND (receipt.made_at >= statement.since OR receipt.id > statement.known)
WHERE card.kind IS DISTINCT FROM 'service'
ORDER BY receipt.id, statement.month, statement.id
ON CONFLICT DO NOTHING
"""
HOSTED = """
INSERT INTO charging_hostedcharge (session_id, host_id, place)
SELECT session.id, coalesce(stated.company_id, place.host_id), place.code
FROM charging_session AS session
JOIN stations_station AS station ON station.id = session.station_id
JOIN stations_location AS place ON place.id = station.location_id
LEFT JOIN (
    SELECT DISTINCT ON (receipt.subject) receipt.subject, statement.company_id
    FROM billing_hoststatementline AS line
    JOIN billing_hoststatement AS statement ON statement.id = line.statement_id
    JOIN billing_receipt AS receipt ON receipt.id = line.receipt_id
    ORDER BY receipt.subject, receipt.id
) AS stated ON stated.subject = 'session:' || session.id
WHERE coalesce(stated.company_id, place.host_id) IS NOT NULL
ON CONFLICT DO NOTHING
"""


def keep_past(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """What was before, as well as it can be known."""
    with editor.connection.cursor() as cursor:
        cursor.execute(STATED, {"zone": settings.DEFAULT_LOCATION_TIME_ZONE})
        cursor.execute(HOSTED)


class Migration(migrations.Migration):
    dependencies = [
        ("charging", "0012_tries"),
        ("billing", "0018_lines_of_hosts_and_recounted_days"),
        ("accounts", "0010_notes"),
    ]

    operations = [
        migrations.CreateModel(
            name="HostedCharge",
            fields=[
                (
                    "session",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="hosted",
                        serialize=False,
                        to="charging.session",
                        verbose_name="session",
                    ),
                ),
                ("place", models.CharField(help_text="its code", max_length=50, verbose_name="location")),
                (
                    "host",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.company",
                        verbose_name="host",
                    ),
                ),
            ],
            options={
                "verbose_name": "charge at a host's location",
                "verbose_name_plural": "charges at hosts' locations",
                "indexes": [models.Index(fields=["host", "place"], name="charges_of_a_host_s_place")],
            },
        ),
        migrations.RunSQL(KEEP, LEAVE),
        migrations.RunPython(keep_past, migrations.RunPython.noop),
    ]
