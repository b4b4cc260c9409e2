"""The Celery application: `celery -A drivepower.celery:app worker`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "drivepower.settings")

app = Celery("drivepower")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
