"""Terms as a row: kept when a charge starts, read again whenever it is priced."""

from datetime import datetime

from billing.models import PriceTerms
from billing.pricing import Terms
from drivepower.core.compiled import insert


def freeze_terms(*, terms: Terms, at: datetime) -> PriceTerms:
    """Keep the terms as a row that never changes."""
    return insert(
        PriceTerms(version_id=terms.version_id, currency=terms.currency, document=terms.to_document(), made_at=at)
    )


def thaw_terms(row: PriceTerms) -> Terms:
    """The terms that were frozen in that row."""
    return Terms.from_document(row.document)
