"""`python -m cuttingroom.cli`: the same program where no script is installed."""

from cuttingroom.cli.main import main

main()
