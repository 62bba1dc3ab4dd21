"""`python -m bulkportal`."""

from bulkportal.cli.main import main

if __name__ == "__main__":
    main()
