"""What the platform promises: for each table row of its documents, a test that shows it on the simulator."""
