"""Phone numbers as people write them, kept in E.164."""

import phonenumbers

# A number without a country code is meant here.
HOME_REGION = "KG"


def normalise(text: str) -> str:
    """The number in E.164, e.g. "0555 123 456" as "+996555123456"; ValueError for what cannot be a phone number."""
    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException as error:
        raise ValueError("not a phone number") from error
    if not phonenumbers.is_possible_number(number):
        raise ValueError("not a phone number of that country")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
