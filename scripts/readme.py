# SPDX-License-Identifier: GPL-2.0
"""What programs write into README.md: blocks between two markers each."""
import pathlib
import sys

README = pathlib.Path(__file__).resolve().parent.parent / "README.md"


def write_block(name, text):
    """Put a text between <!-- name --> and <!-- /name -->."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    readme = README.read_text(encoding="utf-8")
    if not 0 <= readme.find(begin) < readme.find(end):
        sys.exit(f"no {begin} before {end} in {README.name}")
    before, _, rest = readme.partition(begin)
    after = rest.partition(end)[2]
    README.write_text(f"{before}{begin}\n\n{text.rstrip()}\n\n{end}{after}",
                      encoding="utf-8")
