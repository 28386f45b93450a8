"""The shapes of JSON requests and answers, one module per resource."""
