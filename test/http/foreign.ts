import process from 'node:process'

/** For programs that are not ours: a sanitizer's library is for the addon, and some of them hang with it. */
export const foreign = { ...process.env, LD_PRELOAD: '' }
