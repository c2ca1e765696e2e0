"""Work in processes of their own: state on disk, liveness by a lock, nothing lost by a reload."""
