"""What is in force is kept current while the proxy serves."""
