"""The OpenAPI document as the contract: what breaks it in a request or an answer."""
