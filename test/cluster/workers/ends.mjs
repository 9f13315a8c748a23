// Has nothing to do.
export {}
