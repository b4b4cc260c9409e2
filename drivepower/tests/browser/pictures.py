"""`python -m drivepower.tests.browser.pictures`: what the walks saw becomes the pictures of the guides, in few colours.

A picture that a guide shows is taken anew from build/screenshots, where its walk left it.
"""

import re
import sys
from pathlib import Path

from PIL import Image

DOCS = Path("docs")
PICTURE = re.compile(r"\(screenshots/([^)]+\.png)\)")
SHOTS = Path("build/screenshots")
COLOURS = 256


def main() -> int:
    """Take every picture of the guides anew; 1, with their names on standard error, if walks have not shot some."""
    texts = (guide.read_text(encoding="utf-8") for guide in DOCS.glob("*-guide*.md"))
    names = sorted({name for text in texts for name in PICTURE.findall(text)})
    missing = [name for name in names if not (SHOTS / name).is_file()]
    if missing:
        sys.stderr.write(f"Not in {SHOTS}; run the walks first: {', '.join(missing)}\n")
        return 1
    for name in names:
        shrink(SHOTS / name, DOCS / "screenshots" / name)
    return 0


def shrink(shot: Path, picture: Path) -> None:
    """Write a screenshot as a picture small enough to keep; letters keep their edges, as nothing is dithered."""
    with Image.open(shot) as seen:
        few = seen.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE)
        few.save(picture, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
