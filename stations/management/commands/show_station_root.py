"""Prints the root that signs stations' certificates, for the proxy that checks them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from stations import ca


class Command(BaseCommand):
    """`manage.py show_station_root > stations-root.pem`, where the authority's key is at hand."""

    help = "Print the root certificate, in PEM, of the authority that signs stations' certificates."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it; CommandError where the authority does not tell it."""
        try:
            root = ca.authority().root()
        except Exception as error:
            raise CommandError(f"The authority tells no root: {error}") from error
        self.stdout.write(root, ending="")
