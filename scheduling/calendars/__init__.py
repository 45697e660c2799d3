"""Other people's calendars: addresses that are safe to call, and files that are safe to read.

Plain Python without Django and database. Nothing here keeps a title, a place or a name.
"""
