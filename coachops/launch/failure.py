"""The one way in which starting goes wrong: with a sentence for the person at the terminal."""


class LaunchError(Exception):
    """Cannot go on. The message is one clear sentence that says what to do; the exit code is 1."""
