"""The readings' table becomes partitioned by month of the sample before it holds its first row.

A sample dated before 2020 or after tomorrow is filed under 1970 (`part_at`), in the partition `odd`.
"""

from datetime import UTC, datetime

from django.apps.registry import Apps
from django.db import connection, migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from drivepower.core import partitions

SQL = """
ALTER TABLE charging_meterreading RENAME TO charging_meterreading_plain;
CREATE SEQUENCE charging_meterreading_number AS bigint;
CREATE TABLE charging_meterreading (LIKE charging_meterreading_plain) PARTITION BY RANGE (part_at);
DROP TABLE charging_meterreading_plain;
ALTER TABLE charging_meterreading ALTER COLUMN id SET DEFAULT nextval('charging_meterreading_number');
ALTER SEQUENCE charging_meterreading_number OWNED BY charging_meterreading.id;
ALTER TABLE charging_meterreading ADD CONSTRAINT reading_id_and_part PRIMARY KEY (id, part_at);
CREATE UNIQUE INDEX repeated_sample_is_one_sample ON charging_meterreading
    (session_key, station_id, number, at, measurand, phase, location, context, part_at);
CREATE TABLE charging_meterreading_odd PARTITION OF charging_meterreading
    FOR VALUES FROM (MINVALUE) TO ('2020-01-01 00:00:00+00');
CREATE TABLE charging_meterreading_default PARTITION OF charging_meterreading DEFAULT;
"""


def roll(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Make one partition for the past, this month's and the next two."""
    now = datetime.now(UTC)
    this_month = partitions.first_of("month", now)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE charging_meterreading_past PARTITION OF charging_meterreading "
            f"FOR VALUES FROM ('2020-01-01 00:00:00+00') TO ('{this_month} 00:00:00+00')"
        )
    partitions.roll(table="charging_meterreading", span="month", at=now, ahead=2)


class Migration(migrations.Migration):
    dependencies = [("charging", "0001_initial")]

    operations = [
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
        migrations.RunPython(roll, migrations.RunPython.noop),
    ]
