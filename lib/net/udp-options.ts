import { codedError, shown } from '../sys/errors'
import { integerOption, stringOption } from './checks'
import type { UdpBinding, UdpSettings } from './udp-binding'
import type { UdpHandlers } from './udp-socket'

export interface UdpOptions extends UdpHandlers, UdpBinding {}

const handlers = ['open', 'data', 'drain', 'error', 'close'] as const
const flags = [
  'reuseAddress',
  'reusePort',
  'ipv6Only',
  'broadcast',
  'packetInfo',
  'dropCounter',
] as const

const MOST = 0x7fffffff

/** Looks all options over before anything is opened. @internal */
export function checkUdpOptions(options: UdpOptions): UdpSettings {
  const given: unknown = options
  if (typeof given !== 'object' || given === null) {
    throw wrongType(`The "options" argument must be an object. Received ${shown(given)}`)
  }
  const values = given as Record<string, unknown>
  for (const name of handlers) {
    const handler = values[name]
    if (handler !== undefined && typeof handler !== 'function') {
      throw wrongType(`The "${name}" option must be a function. Received ${shown(handler)}`)
    }
  }
  for (const name of flags) {
    const flag = values[name]
    if (flag !== undefined && typeof flag !== 'boolean') {
      throw wrongType(`The "${name}" option must be a boolean. Received ${shown(flag)}`)
    }
  }
  stringOption(options.path, 'path', '')
  integerOption(options.fd, 'fd', 0, MOST, 0)
  const anywhere = options.port === undefined ? '0.0.0.0' : '127.0.0.1'
  const number = (name: keyof UdpOptions, least: number, most: number, fallback: number) =>
    integerOption(values[name], name, least, most, fallback)
  return {
    port: number('port', 0, 65535, 0),
    hostname: stringOption(options.hostname, 'hostname', anywhere),
    maxDatagramSize: number('maxDatagramSize', 1, 65536, 65536),
    batch: number('batch', 1, 64, 32),
    highWaterMark: number('highWaterMark', 0, Number.MAX_SAFE_INTEGER, 65536),
    receiveBufferSize: number('receiveBufferSize', 0, MOST, 0),
    sendBufferSize: number('sendBufferSize', 0, MOST, 0),
  }
}

function wrongType(message: string): Error {
  return codedError(new TypeError(message), 'ERR_INVALID_ARG_TYPE')
}
