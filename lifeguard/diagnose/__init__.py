"""One file per cause: pure functions of what was seen, the policy, and the time. Nothing here asks, waits or tells."""
