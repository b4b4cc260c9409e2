"""What frames say as words, for the indexes of closed days; no index is made here, and no row is read."""

from django.db import migrations

# Letters and digits make words, everything else parts them. A text's escaped Latin, Greek and Cyrillic letters are
# read as letters; of a very long text its beginning is read.
LINE = r"""
CREATE FUNCTION frame_line(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN regexp_replace(lower(
    CASE WHEN strpos(said, '\u0') > 0
    THEN unistr(regexp_replace(
        left(said, 100000), '\\([nrtbf]|(?!u0([1-9a-fA-F][0-9a-fA-F]|0[a-fA-F])[0-9a-fA-F]))', ' ', 'g'
    ))
    ELSE left(said, 100000) END
), '(\\[nrtbf]|[^[:alnum:]])+', ' ', 'g')
"""
# Cast rather than parsed: the parser of texts would take 4e7 for a number and part 4e7f in two. No word may be longer
# than 2 KB. What a frame is stands beside its words, behind a sign that no word has.
WORDS = """
CREATE FUNCTION frame_words(said text, action text, message_type smallint, error text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    CASE WHEN octet_length(said) > 1000
    THEN regexp_replace(frame_line(said), '([[:alnum:]]{250})', '\\1 ', 'g')
    ELSE frame_line(said) END
    || ' =' || regexp_replace(lower(action), '[^[:alnum:]]+', '', 'g')
    || CASE WHEN error <> '' OR message_type = 4 THEN ' =!' ELSE '' END
)::tsvector
"""
AWAY = """
DROP FUNCTION frame_words(text, text, smallint, text) CASCADE;
DROP FUNCTION frame_line(text);
"""


class Migration(migrations.Migration):
    dependencies = [("ocpp_consumer", "0003_names_of_columns")]

    operations = [
        migrations.RunSQL(LINE, migrations.RunSQL.noop),
        migrations.RunSQL(WORDS, AWAY),
    ]
