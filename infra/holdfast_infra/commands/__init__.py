"""What people type: `holdfast stacks`, `holdfast guard`, `holdfast unit`; each prints, and leaves judging to others."""
