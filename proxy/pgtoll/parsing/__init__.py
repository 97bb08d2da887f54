"""SQL is read here, in processes that hostile text may crash; what it said is kept."""
