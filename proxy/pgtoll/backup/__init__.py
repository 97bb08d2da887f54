"""What a store holds, kept in a file, and brought back where that takes nothing newer away.

`contents` are the values, `form` is the file, `collecting` reads a store, `merging` works out what
a file would change, `restoring` does it, `setbacks` notices a store that was taken back.
"""
