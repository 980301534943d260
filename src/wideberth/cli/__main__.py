"""`python -m wideberth.cli` is `wideberth`."""

from wideberth.cli.main import main

main()
