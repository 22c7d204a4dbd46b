"""What people type: the commands of `holdfast`."""
