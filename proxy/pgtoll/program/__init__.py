"""The processes of the program: started, watched, spoken to, stopped together."""
