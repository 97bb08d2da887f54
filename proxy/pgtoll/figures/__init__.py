"""What a program has done, in numbers, and where others read them."""
