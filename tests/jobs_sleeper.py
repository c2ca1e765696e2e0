"""A worker that does nothing for a minute; something to cancel."""

import time

if __name__ == "__main__":
    time.sleep(60)
