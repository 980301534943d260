"""Libraries of the console that are copied into it: fetched anew from their packages, and written down.

    python scripts/vendor.py           compare what lies there with its manifest
    python scripts/vendor.py --fetch   fetch the packages named below (needs npm), and write the manifest

The console has no build step, so what is copied are files as the package has them, byte for byte.
"""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).parent.parent / "src/wideberth/web/console/vendor"
MANIFEST = VENDOR / "manifest.json"

# package, version, licence (SPDX), files of it, its licence's text among them
PACKAGES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("@noble/ciphers", "2.4.0", "MIT", ("aes.js", "utils.js", "_polyval.js", "LICENSE")),
    (
        "@noble/hashes",
        "2.4.0",
        "MIT",
        ("scrypt.js", "pbkdf2.js", "hmac.js", "sha2.js", "_md.js", "_u64.js", "utils.js", "LICENSE"),
    ),
    (
        "maplibre-gl",
        "6.17.0",
        "BSD-3-Clause",
        (
            "dist/maplibre-gl.mjs",
            "dist/maplibre-gl-worker.mjs",
            "dist/maplibre-gl-shared.mjs",
            "dist/maplibre-gl.css",
            "LICENSE.txt",
        ),
    ),
    ("mgrs", "2.2.0", "MIT", ("dist/mgrs.esm.js", "license.md")),
    ("milsymbol", "3.0.4", "MIT", ("dist/milsymbol.js", "LICENSE")),
    ("pmtiles", "4.5.0", "BSD-3-Clause", ("dist/pmtiles.js", "package.json")),
    ("topojson-client", "3.1.0", "ISC", ("dist/topojson-client.min.js", "LICENSE")),
    ("uplot", "1.6.32", "MIT", ("dist/uPlot.esm.js", "dist/uPlot.min.css", "LICENSE")),
    ("world-atlas", "2.0.2", "ISC", ("countries-50m.json", "LICENSE")),
)


def written(package: str, version: str, licence: str, files: dict[str, bytes]) -> dict[str, Any]:
    """The entry of a package in the manifest."""
    return {
        "package": package,
        "version": version,
        "licence": licence,
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
    }


def fetched(package: str, version: str, files: tuple[str, ...]) -> dict[str, bytes]:
    """Files of a package, as its archive has them. Raises: CalledProcessError, KeyError."""
    with tempfile.TemporaryDirectory() as folder:
        made = subprocess.run(
            ["npm", "pack", "--silent", f"{package}@{version}"],
            cwd=folder,
            check=True,
            capture_output=True,
            text=True,
        )
        archive = (Path(folder) / made.stdout.strip().splitlines()[-1]).read_bytes()
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        found = {name: tar.extractfile(f"package/{name}") for name in files}
        return {name: file.read() for name, file in found.items() if file is not None}


def fetch() -> None:
    """All of them, and the manifest."""
    listed = []
    for package, version, licence, files in PACKAGES:
        data = fetched(package, version, files)
        for name, content in data.items():
            path = VENDOR / package / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        listed.append(written(package, version, licence, data))
        print(f"{package} {version}: {len(data)} files")
    MANIFEST.write_text(json.dumps(listed, indent=1) + "\n")


def differing() -> list[str]:
    """What lies there otherwise than the manifest says; nothing where all is as it should be."""
    listed = json.loads(MANIFEST.read_text())
    wanted = {f"{each['package']}/{name}": sha for each in listed for name, sha in each["files"].items()}
    here = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path != MANIFEST
    }
    return sorted(name for name in {*wanted, *here} if wanted.get(name) != here.get(name))


if __name__ == "__main__":
    if sys.argv[1:] == ["--fetch"]:
        fetch()
    for each in (found := differing()):
        print(f"not as the manifest says: {each}")
    sys.exit(1 if found else 0)
