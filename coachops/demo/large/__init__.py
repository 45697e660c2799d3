"""A world for measuring: as many practices as wanted, and one that is large.

Every row follows from a practice's name and a client's number, and every date from today, so two
runs build the same. Rows are written by the hundred instead of through the services, which would
take hours; what the services promise (one claim a session, a ledger that adds up, a key for every
client, three signatures behind every open level) holds all the same. Nothing is queued to be
mailed, and reports that were issued come without their PDF.
"""
