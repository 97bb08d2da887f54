"""What a license administrator does, below any page: read models and actions over the store."""
