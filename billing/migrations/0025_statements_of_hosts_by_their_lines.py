"""What a statement of a host has counted is said by its lines alone."""

from django.db import migrations


class Migration(migrations.Migration):
    # The lines of what was stated before they were kept are made from this column there.
    dependencies = [("billing", "0024_host_shares_of_each_currency"), ("charging", "0013_hosted_charges")]

    operations = [migrations.RemoveField(model_name="hoststatement", name="receipts_until")]
