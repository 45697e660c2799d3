"""Starting CoachOps on one machine: installation, embedded servers, one supervisor over all of it.

Nothing here imports Django: the installation runs before Django is there, and the supervisor starts
Django's commands as processes of their own.
"""
