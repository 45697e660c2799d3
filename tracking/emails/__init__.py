"""The mails of this app: that something waits, never what is in it."""
