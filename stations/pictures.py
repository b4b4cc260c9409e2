"""How many pixels a picture says that it has, by its head alone: a few bytes can ask a browser for gigabytes."""

from io import BytesIO

KINDS = ("JPEG", "PNG", "WEBP")


def pixels(content: bytes) -> int:
    """Width by height; 0 of what cannot be read, which no browser shows either. Pillow stops at 179 million."""
    # Gateways and workers look at no pictures: they do not carry what reads them.
    from PIL import Image

    try:
        with Image.open(BytesIO(content), formats=KINDS) as picture:
            return picture.width * picture.height
    except Image.DecompressionBombError:
        return 2 * int(Image.MAX_IMAGE_PIXELS or 0)
    except OSError:
        return 0
