"""What drivers are told of: which events, in what words, whom by which channel, and sending it."""
