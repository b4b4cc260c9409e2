"""Cards for operators, where they say at which places they may charge: a slip would shut a card out."""

from accounts.operator.forms import IdTagForm, NewIdTagForm
from accounts.operator.tags import IdTagsView, IdTagView
from stations.place_codes import as_kept, codes_of_all


class PlacedIdTagForm(IdTagForm):
    """A card that may charge at some places."""

    def validate_allowed_places(self, said: list[str]) -> list[str]:
        """Codes of locations and stations that there are, each once."""
        return as_kept(said, codes_of_all())


class NewPlacedIdTagForm(PlacedIdTagForm, NewIdTagForm):
    """One that is made."""


class PlacedIdTagsView(IdTagsView):
    """/api/v1/operator/id-tags"""

    form = NewPlacedIdTagForm


class PlacedIdTagView(IdTagView):
    """/api/v1/operator/id-tags/{id}"""

    form = PlacedIdTagForm
