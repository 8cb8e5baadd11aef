"""``python -m corridorsim``."""

from corridorsim.cli import main

if __name__ == "__main__":
    main()
