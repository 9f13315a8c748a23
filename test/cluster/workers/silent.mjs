// Stays, and never listens.
setInterval(() => undefined, 1000)
