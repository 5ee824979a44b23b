"""What a document says of the SDK: its operations, and how the overlay's blocks offer them."""
