"""What learners and holders of a link do themselves: no administrator acts here, and a token or an address proves who
asks. Nothing here tells a stranger whether a person exists."""
