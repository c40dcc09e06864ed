"""What a change can affect in a graph that conforms."""
