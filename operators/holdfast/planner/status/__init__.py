"""What is told of reservations, datacenters and tenants: derived from what is stored, never read back as truth."""
