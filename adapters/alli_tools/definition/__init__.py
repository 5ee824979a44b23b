"""An app as a model sees it: name, description, arguments. No I/O."""
