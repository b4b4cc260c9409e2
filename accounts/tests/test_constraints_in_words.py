"""What a form of people may not say, it is told in words: none of their tables names a constraint to them."""

import pytest
from django.apps import apps
from django.db.models import BaseConstraint
from django.utils import translation

NAMES = ["stations.accessrule", "stations.maintenance", "stations.location", "stations.station", "accounts.idtag"]


@pytest.mark.parametrize("name", NAMES)
def test_each_constraint_has_its_sentence(name: str) -> None:
    for constraint in apps.get_model(name)._meta.constraints:
        assert constraint.violation_error_message != BaseConstraint.default_violation_error_message, constraint.name
        english = str(constraint.violation_error_message)
        with translation.override("ru"):
            assert str(constraint.violation_error_message) != english
