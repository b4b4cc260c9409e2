"""The trail of changes, and the function by which triggers write it; what hangs them on tables is portal/audit."""

from django.db import migrations, models

NOTE_CHANGE = """
CREATE FUNCTION portal_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- As the trigger says: the model, the column of the row's key, columns left out, secret columns, rows left out.
    said_of CONSTANT text := TG_ARGV[0];
    key CONSTANT text := TG_ARGV[1];
    left_out CONSTANT text[] := string_to_array(TG_ARGV[2], ',');
    secret CONSTANT text[] := string_to_array(TG_ARGV[3], ',');
    but CONSTANT jsonb := TG_ARGV[4]::jsonb;
    before jsonb := '{}';
    after jsonb := '{}';
    kept jsonb;
    row_key text;
BEGIN
    IF TG_OP <> 'INSERT' THEN before := to_jsonb(OLD) - left_out; END IF;
    IF TG_OP <> 'DELETE' THEN after := to_jsonb(NEW) - left_out; END IF;
    kept := CASE WHEN TG_OP = 'DELETE' THEN before ELSE after END;
    IF before = after OR (but <> '{}' AND kept @> but) THEN RETURN NULL; END IF;
    row_key := kept ->> key;
    IF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(one.key, one.value), jsonb_object_agg(one.key, after -> one.key) INTO before, after
        FROM jsonb_each(before) AS one WHERE one.value IS DISTINCT FROM after -> one.key;
    END IF;
    SELECT coalesce(jsonb_object_agg(one.key, CASE WHEN one.key = ANY(secret) THEN '"•••"' ELSE one.value END), '{}')
    INTO before FROM jsonb_each(before) AS one WHERE TG_OP = 'UPDATE' OR one.value NOT IN ('null', '""');
    SELECT coalesce(jsonb_object_agg(one.key, CASE WHEN one.key = ANY(secret) THEN '"•••"' ELSE one.value END), '{}')
    INTO after FROM jsonb_each(after) AS one WHERE TG_OP = 'UPDATE' OR one.value NOT IN ('null', '""');
    INSERT INTO portal_change ("table", "row", what, who, at, before, after) VALUES (
        said_of, left(row_key, 80), lower(TG_OP), coalesce(current_setting('drivepower.person', true), ''),
        clock_timestamp(), before, after
    );
    RETURN NULL;
END $$;
"""
APPEND_ONLY = """
CREATE FUNCTION portal_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('drivepower.retention', true), '') <> 'on' THEN
        RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER change_is_append_only BEFORE UPDATE OR DELETE ON portal_change
    FOR EACH ROW EXECUTE FUNCTION portal_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0009_views_and_reports"),
    ]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(help_text="e.g. stations.station", max_length=80, verbose_name="what")),
                ("row", models.CharField(max_length=80, verbose_name="row")),
                (
                    "what",
                    models.CharField(
                        choices=[("insert", "added"), ("update", "changed"), ("delete", "deleted")],
                        max_length=6,
                        verbose_name="change",
                    ),
                ),
                ("who", models.CharField(blank=True, max_length=80, verbose_name="who")),
                ("at", models.DateTimeField(verbose_name="when")),
                ("before", models.JSONField(default=dict, verbose_name="before")),
                ("after", models.JSONField(default=dict, verbose_name="after")),
            ],
            options={
                "verbose_name": "change",
                "verbose_name_plural": "audit trail",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["table", "row", "-id"], name="changes_of_a_row"),
                    models.Index(fields=["table", "-id"], name="changes_of_a_table"),
                    models.Index(fields=["who", "-id"], name="changes_of_a_person"),
                    models.Index(fields=["at"], name="changes_by_time"),
                ],
            },
        ),
        migrations.RunSQL(NOTE_CHANGE, "DROP FUNCTION portal_note_change() CASCADE"),
        migrations.RunSQL(
            APPEND_ONLY,
            "DROP TRIGGER change_is_append_only ON portal_change; DROP FUNCTION portal_refuse_change()",
        ),
    ]
