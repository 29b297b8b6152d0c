"""Why one run has not begun: every obstacle that there can be, in the order of explanation. Pure functions of a case."""
