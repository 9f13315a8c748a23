import path from 'node:path'
import load from 'node-gyp-build'
import type { NativeMultiplexers } from './addon/multiplexer'
import type { NativeNetwork } from './addon/network'
import type { NativeReactors } from './addon/reactor'
import type { NativeStreams } from './addon/stream'
import type { NativeSys } from './addon/sys'

/**
 * What the C++ addon exports, folder by folder. Functions return the kernel's result or `-errno`;
 * they throw only for arguments that C++ refused to pass on.
 * @internal
 */
export interface Addon {
  readonly sys: NativeSys & NativeNetwork
  readonly multiplexer: NativeMultiplexers
  readonly reactor: NativeReactors
  readonly stream: NativeStreams
}

// The same path from lib/ and from dist/: the package's root, where build/ or prebuilds/ stands.
const directory = path.join(__dirname, '..')

export const addon = load(directory) as Addon

/** The file that {@link addon} was loaded from. */
export const addonFile = load.path(directory)
