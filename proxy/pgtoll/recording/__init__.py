"""What statements run through a proxy while somebody records: counted by shape and user, without
any constant of their texts."""
