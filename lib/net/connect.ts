import net from 'node:net'
import { clearTimeout, setTimeout } from 'node:timers'
import { closedError } from '../reactor/errors'
import { constants } from '../sys/constants'
import { check, codedError, SystemError } from '../sys/errors'
import { bind, connect } from '../sys/sockets'
import { type HostName, lookUp, type Target, targetContext, targetOf } from './addresses'
import { booleanOption, integerOption, outOfRange, stringOption, wrongType } from './checks'
import { openSocket, orClose } from './open'
import { type ConnectOptions, packetsOption } from './options'
import { applySettings, SettingList, type Settings, transportSettings } from './tcp-options'

/** What `connect` was told, checked. @internal */
export interface ConnectPlan {
  readonly target: Target | HostName
  readonly settings: Settings
  /** Where to connect from; port 0 and no address: as the kernel likes. */
  readonly local: { readonly address: string | undefined; readonly port: number }
  readonly timeout: number
  readonly attemptDelay: number
  readonly signal: AbortSignal | undefined
  readonly packets: boolean
}

/**
 * Checks what `connect` was told, before anything is looked up or opened.
 *
 * @throws TypeError, RangeError
 * @internal
 */
export function connectPlan(options: ConnectOptions): ConnectPlan {
  const localAddress = stringOption(options.localAddress, 'localAddress', undefined)
  if (localAddress !== undefined && net.isIP(localAddress) === 0) {
    throw outOfRange('localAddress', 'a numeric address', localAddress)
  }
  const localPort = integerOption(options.localPort, 'localPort', 0, 65535, 0)
  const target = targetOf(options, familyOf(options.family, localAddress))
  const transport = transportSettings({ noDelay: true, ...options })
  const connecting = new SettingList()
  const fastOpen = booleanOption(options.fastOpen, 'fastOpen', undefined)
  const { IPPROTO_TCP, TCP_FASTOPEN_CONNECT } = constants
  connecting.add('fastOpen', IPPROTO_TCP, TCP_FASTOPEN_CONNECT, fastOpen)
  return {
    target,
    settings: (domain) => [...transport(domain), ...connecting.settings],
    local: { address: localAddress, port: localPort },
    timeout: integerOption(options.timeout, 'timeout', 0, 0x7fffffff, 0),
    attemptDelay: integerOption(options.attemptDelay, 'attemptDelay', 10, 0x7fffffff, 250),
    signal: signalOption(options.signal),
    packets: packetsOption(options),
  }
}

/** What a race asks of the socket that has won. */
interface Ended {
  readonly destroyed: boolean
  readonly failure: Error | undefined
}

/** What a race needs of its reactor. @internal */
export interface RaceOwner<Socket> {
  /** Gives a connecting socket to the stream plane. Answers its index or `-errno`. */
  adopt(fd: number): number
  /** Makes the object of the socket that has won. */
  admit(id: number): Socket
  /** Closes a socket of the stream plane. */
  drop(id: number): void
  /** Calls `error` and `close` for a connection that will not be. */
  tell(error: Error, target: Target | HostName): void
}

/**
 * One connection, by as many attempts as there are addresses: RFC 8305. The sockets of the attempts
 * are known to the stream plane by their index, and get their object when one of them has won.
 * @internal
 */
export class Race<Socket extends Ended> {
  /** Settles when all is decided. */
  readonly outcome: Promise<Socket>
  readonly #plan: ConnectPlan
  readonly #owner: RaceOwner<Socket>
  readonly #waiting: Target[] = []
  /** Attempts under way, by their socket's index. */
  readonly #running = new Map<number, Target>()
  readonly #errors: Error[] = []
  #winner: Socket | undefined
  #resolve: () => void = () => undefined
  #reject: (error: unknown) => void = () => undefined
  #over = false
  #timeout: NodeJS.Timeout | undefined
  #pause: NodeJS.Timeout | undefined

  constructor(plan: ConnectPlan, owner: RaceOwner<Socket>) {
    this.#plan = plan
    this.#owner = owner
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = () => {
        if (this.#winner !== undefined) resolve(this.#winner)
      }
      this.#reject = reject
    })
  }

  /** Looks the name up, where it is one, and begins. */
  begin(): void {
    const { target, timeout, signal } = this.#plan
    if (signal?.aborted === true) {
      this.#abort()
      return
    }
    signal?.addEventListener('abort', this.#abort, { once: true })
    if (timeout > 0) {
      this.#timeout = setTimeout(() => {
        this.#expire()
      }, timeout)
    }
    // Never before `connect` has returned, also where there is nothing to look up.
    const found = 'lookup' in target ? lookUp(target) : Promise.resolve([target])
    found.then(
      (targets) => {
        this.#tryAll(targets)
      },
      (error: unknown) => {
        this.#lose(error)
      },
    )
  }

  /** An attempt is connected: its socket, or undefined where another has won or all was given up. */
  wins(id: number): Socket | undefined {
    this.#running.delete(id)
    if (this.#over) return undefined
    this.#end()
    this.#winner = this.#owner.admit(id)
    return this.#winner
  }

  /** The winner's `open` handler has been called. */
  settle(): void {
    if (this.#winner?.destroyed !== true) this.#resolve()
    else this.#reject(this.#winner.failure ?? closedError('The socket'))
  }

  /** An attempt has failed. */
  fails(id: number, errno: number): void {
    const target = this.#running.get(id)
    if (target === undefined) return
    this.#running.delete(id)
    this.#errors.push(new SystemError(-errno, 'connect', targetContext(target)))
    this.#next()
  }

  /** Gives everything up. */
  cancel(error: Error): void {
    if (this.#over) return
    if (this.#running.size > 0) this.#owner.tell(error, this.#plan.target)
    this.#lose(error)
  }

  #tryAll(targets: readonly Target[]): void {
    if (this.#over) return
    this.#waiting.push(...targets)
    this.#next()
  }

  /** Begins the next attempt that can be begun; the one behind it follows in a while, or as soon as this fails. */
  #next(): void {
    clearTimeout(this.#pause)
    for (let begun = false; !begun;) {
      const target = this.#waiting.shift()
      if (target === undefined) {
        if (this.#running.size === 0) this.#fail()
        return
      }
      begun = this.#attempt(target)
    }
    if (this.#waiting.length === 0) return
    this.#pause = setTimeout(() => {
      this.#next()
    }, this.#plan.attemptDelay)
  }

  #attempt(target: Target): boolean {
    const { settings, local, packets } = this.#plan
    try {
      const fd = openSocket(target, settings, packets)
      orClose(fd, () => {
        bindLocally(fd, target, local)
        const result = connect(fd, target)
        if (result < 0 && result !== -constants.EINPROGRESS) {
          throw new SystemError(result, 'connect', targetContext(target))
        }
        const id = check(this.#owner.adopt(fd), 'connect', targetContext(target))
        this.#running.set(id, target)
      })
      return true
    } catch (error) {
      this.#errors.push(error instanceof Error ? error : new Error(String(error)))
      return false
    }
  }

  /** No address is left. */
  #fail(code?: string): void {
    const error = summary(this.#errors, code)
    this.#owner.tell(error, this.#plan.target)
    this.#lose(error)
  }

  #expire(): void {
    const code = 'ETIMEDOUT'
    const timedOut = (target: Target | HostName): Error =>
      new SystemError(-constants.ETIMEDOUT, 'connect', targetContext(target))
    if (this.#running.size === 0) {
      this.#lose(timedOut(this.#plan.target))
      return
    }
    for (const target of this.#running.values()) this.#errors.push(timedOut(target))
    this.#fail(code)
  }

  readonly #abort = (): void => {
    const error = new Error('The operation was aborted', { cause: this.#plan.signal?.reason })
    this.cancel(codedError(Object.assign(error, { name: 'AbortError' }), 'ABORT_ERR'))
  }

  #lose(error: unknown): void {
    if (this.#over) return
    this.#end()
    this.#reject(error)
  }

  #end(): void {
    this.#over = true
    clearTimeout(this.#timeout)
    clearTimeout(this.#pause)
    this.#plan.signal?.removeEventListener('abort', this.#abort)
    for (const id of this.#running.keys()) this.#owner.drop(id)
    this.#running.clear()
  }
}

/** Many errors as one, in Node's shape: the code is the first one's. */
function summary(errors: readonly Error[], code?: string): Error {
  const [first] = errors
  if (first !== undefined && errors.length === 1) return first
  const message = errors.map((error) => error.message).join('; ')
  const error = new AggregateError(errors, message)
  const ownCode = first !== undefined && 'code' in first ? String(first.code) : 'ENOTFOUND'
  return codedError(error, code ?? ownCode)
}

/** Without an address of its own the socket takes any of its peer's family. */
function bindLocally(fd: number, target: Target, { address, port }: ConnectPlan['local']): void {
  if (address === undefined && port === 0) return
  const { SOL_SOCKET, SO_REUSEADDR, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT } = constants
  const isIPv6 = 'address' in target && net.isIPv6(target.address)
  applySettings(fd, [
    port > 0
      ? { option: 'localPort', level: SOL_SOCKET, name: SO_REUSEADDR, value: true }
      : // The port is chosen by connect(2), which knows more free ones.
        { option: 'localAddress', level: IPPROTO_IP, name: IP_BIND_ADDRESS_NO_PORT, value: true },
  ])
  bind(fd, { address: address ?? (isIPv6 ? '::' : '0.0.0.0'), port })
}

/** The family asked for, or that of the address to connect from. */
function familyOf(family: unknown, localAddress: string | undefined): number {
  if (family === undefined) return net.isIP(localAddress ?? '')
  if (typeof family !== 'number') throw wrongType('family', '0, 4 or 6', family)
  if (family !== 0 && family !== 4 && family !== 6) throw outOfRange('family', '0, 4 or 6', family)
  return family
}

function signalOption(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined || (signal as unknown) instanceof AbortSignal) return signal
  throw wrongType('signal', 'an AbortSignal', signal)
}
