"""The frames' table becomes partitioned by day of receipt before it holds its first row."""

from datetime import UTC, datetime

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from drivepower.core import partitions

SQL = """
ALTER TABLE ocpp_consumer_frame RENAME TO ocpp_consumer_frame_plain;
CREATE SEQUENCE ocpp_consumer_frame_number AS bigint;
CREATE TABLE ocpp_consumer_frame (LIKE ocpp_consumer_frame_plain) PARTITION BY RANGE (received_at);
DROP TABLE ocpp_consumer_frame_plain;
ALTER TABLE ocpp_consumer_frame ALTER COLUMN id SET DEFAULT nextval('ocpp_consumer_frame_number');
ALTER SEQUENCE ocpp_consumer_frame_number OWNED BY ocpp_consumer_frame.id;
ALTER TABLE ocpp_consumer_frame ADD CONSTRAINT frame_id_and_receipt PRIMARY KEY (id, received_at);
CREATE INDEX frames_newest_first ON ocpp_consumer_frame (received_at, id);
CREATE INDEX frames_of_a_station ON ocpp_consumer_frame (station_id, received_at, id);
CREATE INDEX frames_of_a_session ON ocpp_consumer_frame (session_key, id) WHERE session_key <> 0;
CREATE TABLE ocpp_consumer_frame_default PARTITION OF ocpp_consumer_frame DEFAULT;
"""


def roll(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Make today's partition and the next three."""
    partitions.roll(table="ocpp_consumer_frame", span="day", at=datetime.now(UTC), ahead=3)


class Migration(migrations.Migration):
    dependencies = [("ocpp_consumer", "0001_initial")]

    operations = [
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
        migrations.RunPython(roll, migrations.RunPython.noop),
    ]
