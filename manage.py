#!/usr/bin/env python
"""Django's command line for DrivePower."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run a management command with DrivePower's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "drivepower.settings")
    # Tasks called by management commands need the configured Celery app.
    import drivepower.celery  # noqa: F401

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
