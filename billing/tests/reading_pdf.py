"""What a PDF says, page by page: its strings in the order of their setting, through the fonts' own tables."""

import re
import zlib

OBJECT = re.compile(rb"^(\d+) 0 obj\n(.*?)^endobj", re.DOTALL | re.MULTILINE)
STREAM = re.compile(rb"stream\n(.*?)\nendstream", re.DOTALL)
SHOWN = re.compile(rb"/F(\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\) Tj", re.DOTALL)
ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, one string a line."""
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    fonts = {}
    for name, number in re.findall(rb"/F(\d+) (\d+) 0 R", pdf):
        table = re.search(rb"/ToUnicode (\d+) 0 R", objects[int(number)])
        assert table
        fonts[name] = letters_of(stream_of(objects[int(table[1])]))
    pages = [re.search(rb"/Contents (\d+) 0 R", body) for body in objects.values() if b"/Type /Page\n" in body]
    return [text_of(stream_of(objects[int(page[1])]), fonts) for page in pages if page]


def stream_of(body: bytes) -> bytes:
    """What an object carries."""
    found = STREAM.search(body)
    assert found
    return zlib.decompress(found[1]) if b"/FlateDecode" in body else found[1]


def letters_of(table: bytes) -> dict[int, str]:
    """A font's codes as letters."""
    pairs = re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>", table)
    return {int(code, 16): bytes.fromhex(letter.decode()).decode("utf-16-be") for code, letter in pairs}


def text_of(content: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    """The strings of a page."""
    lines, letters = [], next(iter(fonts.values()))
    for font, shown in SHOWN.findall(content):
        if font:
            letters = fonts[font]
        else:
            codes = ESCAPED.sub(lambda found: ESCAPES.get(found[1], found[1]), shown)
            pairs = zip(codes[::2], codes[1::2], strict=True)
            lines.append("".join(letters[first * 256 + second] for first, second in pairs))
    return "\n".join(lines)
