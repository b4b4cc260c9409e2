"""A picture's size is known by its head; one that would fill a browser's memory is not taken."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from drivepower.core.refusals import Refusal
from stations.pictures import KINDS, pixels
from stations.reports import read_photo

BROKEN = [b"\xff\xd8\xff", b"\xff\xd8\xff\xe1\x00", b"\x89PNG\r\n\x1a\n", b"RIFF\x00\x00\x00\x00WEBP"]


def picture(kind: str, width: int, height: int) -> bytes:
    """A black one."""
    made = BytesIO()
    Image.new("1" if kind == "PNG" else "L", (width, height)).save(made, kind)
    return made.getvalue()


@pytest.mark.parametrize("kind", KINDS)
def test_it_refuses_what_is_too_large_to_be_looked_at(kind: str) -> None:
    content = picture(kind, 10_000, 6_500)
    assert pixels(content) == 65_000_000
    with pytest.raises(Refusal, match="64 megapixels"):
        read_photo(SimpleUploadedFile("photo", content))


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [10_000, 14_000])
def test_a_bomb_is_no_error_of_ours(side: int) -> None:
    with pytest.raises(Refusal, match="64 megapixels"):
        read_photo(SimpleUploadedFile("photo", picture("PNG", side, side)))


@pytest.mark.parametrize("kind", KINDS)
def test_it_takes_what_cameras_make(kind: str) -> None:
    content = picture(kind, 4_000, 3_000)
    assert read_photo(SimpleUploadedFile("photo", content))[0] == content


@pytest.mark.parametrize("content", BROKEN)
def test_what_nobody_can_read_shows_nothing(content: bytes) -> None:
    assert read_photo(SimpleUploadedFile("photo", content))[0] == content
