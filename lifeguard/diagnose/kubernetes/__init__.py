"""What a Kubernetes cluster shows of the runs that do not begin: one file for each kind of trouble, pure, in its own words."""
