# SPDX-License-Identifier: MIT
"""Put into a repaired wheel the licences of the libraries that auditwheel vendored.

Usage: vendored_licences.py WHEEL. The wheel's own bill of materials, which auditwheel writes, names
the Debian package of every vendored library; the copyright file of each package, and the full texts
that it refers to, go to licenses/ beside the wheel's metadata.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

DOCUMENTS = Path("/usr/share/doc")
COMMON = re.compile(r"/usr/share/common-licenses/([\w.-]*\w)")


def packages(metadata: Path) -> set[str]:
    """Names of the Debian packages that the vendored libraries came from."""
    bill = json.loads((metadata / "sboms" / "auditwheel.cdx.json").read_text())
    parts = [part for part in bill["components"] if not part["purl"].startswith("pkg:pypi/")]
    foreign = [part["name"] for part in parts if not part["purl"].startswith("pkg:deb/")]
    if foreign:
        raise SystemExit(f"no licence is known of {', '.join(foreign)}: not of a Debian package")
    return {part["name"] for part in parts}


def add_licences(unpacked: Path) -> None:
    """Copy the licences of all vendored libraries into an unpacked wheel."""
    (metadata,) = unpacked.glob("*.dist-info")
    names = packages(metadata)
    libraries = list(unpacked.glob("*.libs/*"))
    if len(libraries) > len(names):
        raise SystemExit(f"{len(libraries)} libraries are vendored, of {len(names)} packages only")
    licences = metadata / "licenses"
    licences.mkdir(exist_ok=True)
    for name in sorted(names):
        text = (DOCUMENTS / name / "copyright").read_text()
        (licences / f"{name}.txt").write_text(text)
        for common in COMMON.findall(text):
            source = Path("/usr/share/common-licenses") / common
            (licences / f"{common}.txt").write_text(source.read_text())


def main(wheel: Path) -> None:
    tool = [sys.executable, "-m", "wheel"]
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run([*tool, "unpack", "-d", scratch, wheel], check=True)
        (unpacked,) = Path(scratch).iterdir()
        add_licences(unpacked)
        subprocess.run([*tool, "pack", "-d", wheel.parent, unpacked], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
