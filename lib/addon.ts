import { createRequire } from 'node:module'
import path from 'node:path'
import process from 'node:process'
import load from 'node-gyp-build'
import type { NativeDatagrams } from './addon/datagram'
import type { NativeHttp } from './addon/http'
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
  readonly datagram: NativeDatagrams
  readonly http: NativeHttp
}

// The same path from lib/ and from dist/: the package's root, where build/ or prebuilds/ stands.
const directory = path.join(__dirname, '..')

/**
 * The file that {@link addon} was loaded from: build/ of a checkout or the prebuilt one, unless the
 * environment variable `EDGELOOP_ADDON` names another by its absolute path. A build with sanitizers
 * is put in place that way, in child processes too (docs/sanitizers.md).
 */
export const addonFile = process.env['EDGELOOP_ADDON'] ?? load.path(directory)

export const addon = createRequire(__filename)(addonFile) as Addon
