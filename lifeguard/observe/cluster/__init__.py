"""Looking into Kubernetes: lists and nothing but lists, within a few seconds, and never a right more than they need."""
