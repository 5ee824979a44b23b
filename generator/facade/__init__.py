"""The client's methods, as the templates print them."""
