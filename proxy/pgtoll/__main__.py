"""`python -m pgtoll`: the command line without an installed script."""

from pgtoll.loading import lasting

with lasting():
    from pgtoll.cli.main import main

if __name__ == "__main__":
    main()
