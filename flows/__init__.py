"""One thin file per deployment; the only place with `@flow` and `@task`."""
