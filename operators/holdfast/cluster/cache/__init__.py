"""What is known of a collection without asking: a store, kept like the server's by a reflector (an informer)."""
