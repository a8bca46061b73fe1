"""`python -m pipeline` is `yjbj`."""

from pipeline.cli import main

if __name__ == "__main__":
    main()
