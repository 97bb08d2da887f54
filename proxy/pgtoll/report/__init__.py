"""One page for who pays: seats, licenses, refusals and growth over time, and what to decide now."""
