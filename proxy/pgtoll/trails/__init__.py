"""Where the records of the audit go besides the store: files, and whatever speaks syslog.

A trail has a thread and a bounded queue of its own: nothing that serves clients ever waits for it.
"""

from pgtoll.trails.entries import LONGEST_FIELD, Entry, Kind, Outcome
from pgtoll.trails.opened import Trails, program_name

__all__ = ["LONGEST_FIELD", "Entry", "Kind", "Outcome", "Trails", "program_name"]
