"""manage.py load_demo --plan-file FILE: the demo network, once; its logins and the simulator's plan, every time."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from drivepower.portal.demo.funds import pay_statement
from drivepower.portal.demo.load import is_loaded, load
from drivepower.portal.demo.logins import tables
from drivepower.portal.demo.plan_file import write_plan


class Command(BaseCommand):
    help = "Load the demo network if it is not there, write the plan of its simulated stations, print its logins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the plan goes."""
        parser.add_argument("--plan-file", type=Path, required=True, help="written anew at every run; holds keys")

    def handle(self, *args: Any, plan_file: Path, **options: Any) -> None:
        """Refuse outside the demo and where others are at home: its passwords are known to everyone."""
        if not settings.DEMO_MODE:
            raise CommandError(
                "DEMO_MODE is off: the demo's passwords are public, so it is never loaded in production."
            )
        if not is_loaded():
            if User.objects.exists():
                raise CommandError(
                    "This database has people of its own: the demo's passwords are public, so it wants an empty one."
                )
            load(now=timezone.now())
        pay_statement(at=timezone.now())
        write_plan(plan_file)
        for line in tables():
            self.stdout.write(line)
