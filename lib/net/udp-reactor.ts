import { addon } from '../addon'
import { checkTrigger } from '../reactor/options'
import { RECORD_SIZE } from '../reactor/records'
import type { SocketAddress } from '../sys/addresses'
import { close } from '../sys/descriptors'
import { check } from '../sys/errors'
import { getsockname } from '../sys/sockets'
import { DatagramAdoptFlag } from './adopt-flags'
import { DatagramInfo } from './datagram-info'
import { DatagramKind } from './datagram-layout'
import { DatagramNames } from './datagram-names'
import { DatagramPlane } from './datagram-plane'
import { removeSocketFile } from './open'
import { NetReactor } from './reactor'
import { findAddress, openDatagramSocket, takeOverDatagramSocket } from './udp-open'
import type { UdpBinding, UdpSettings } from './udp-binding'
import { checkUdpOptions, type UdpOptions } from './udp-options'
import { type UdpOwner, UdpSocket } from './udp-socket'

/**
 * A reactor with datagram sockets: UDP and Unix.
 * @internal
 */
export class UdpReactor extends NetReactor {
  /** By their indices in C++. */
  readonly #datagrams: (UdpSocket | undefined)[] = []
  /** What is to be removed with a socket that was bound here to a path. */
  readonly #files = new Map<UdpSocket, SocketAddress>()
  #owner: UdpOwner | undefined

  /**
   * A datagram socket: UDP, or Unix where `path` is given. Works from `run()` or `turn()` on.
   *
   * With a numeric address, a path or a descriptor it is bound already when this returns; a name is
   * looked up first, and `socket.ready` says when.
   *
   * @throws SystemError EADDRINUSE, EACCES, EADDRNOTAVAIL …; EPROTOTYPE for an `fd` that is no datagram socket
   * @throws Error `ERR_UNSUPPORTED` for `trigger: 'edge'` on select and poll
   * @example
   * reactor.udp({
   *   port: 7000,
   *   data(bytes, rinfo, socket) {
   *     socket.send(bytes, rinfo)
   *   },
   * })
   */
  udp(options: UdpOptions): UdpSocket {
    this.mustBeOpen()
    const settings = checkUdpOptions(options)
    checkTrigger(this.backend, this.supports, options.trigger)
    const owner = (this.#owner ??= this.#makeOwner())
    return new UdpSocket(owner, options, settings.highWaterMark, (socket) =>
      this.#start(socket, options, settings),
    )
  }

  override close(): void {
    if (this.closed) return
    // Each sends what was sent; nobody is told.
    for (const socket of this.#datagrams) socket?.close()
    this.#datagrams.length = 0
    super.close()
  }

  protected override walk(index: number, count: number): number {
    const at = index * RECORD_SIZE
    if ((this.records[at] as number) < DatagramKind.Datagrams) return super.walk(index, count)
    const socket = this.#datagrams[this.records[at + 1] as number]
    if (socket === undefined) return index + 1
    try {
      socket.scope.runInAsyncScope(this.#tellOf, this, socket, at)
    } catch (error) {
      this.failed(error)
    }
    this.#owner?.info.show(-1)
    // A handler threw or stopped the reactor in the midst of a batch: the rest comes next.
    const rest = this.records[at] === DatagramKind.Datagrams && this.records[at + 3] !== 0
    return rest ? index : index + 1
  }

  #tellOf(socket: UdpSocket, at: number): void {
    const { records } = this
    switch (records[at] as number) {
      case DatagramKind.Datagrams:
        this.#deliver(socket, at)
        break
      case DatagramKind.Open:
        socket.onOpen()
        break
      case DatagramKind.Drain:
        socket.onDrain()
        break
      case DatagramKind.Error:
        socket.onError(records[at + 2] as number)
        break
      case DatagramKind.Close:
        this.#datagrams[records[at + 1] as number] = undefined
        socket.discount()
        socket.onClose(records[at + 2] as number)
        break
    }
  }

  /** Datagram by datagram; what is left of a batch stands in its record. */
  #deliver(socket: UdpSocket, at: number): void {
    const { records } = this
    let slot = records[at + 2] as number
    let left = records[at + 3] as number
    while (left > 0 && this.goesOn()) {
      records[at + 2] = slot + 1
      records[at + 3] = --left
      socket.onDatagram(slot++)
    }
  }

  #start(socket: UdpSocket, options: UdpOptions, settings: UdpSettings): Promise<void> | undefined {
    if (options.fd !== undefined) {
      const fd = takeOverDatagramSocket(options.fd, options, settings)
      this.#adopt(socket, fd, options, settings)
      this.reference(1)
      return undefined
    }
    const address =
      options.path === undefined
        ? findAddress(settings.hostname, settings.port)
        : { path: options.path }
    if (!(address instanceof Promise)) {
      this.#bind(socket, address, options, settings)
      this.reference(1)
      return undefined
    }
    this.reference(1) // the look-up counts as something under way
    return address.then(
      (found) => {
        if (this.closed) socket.close()
        if (socket.closed) return
        try {
          this.#bind(socket, found, options, settings)
        } catch (error) {
          socket.close()
          throw error
        }
      },
      (error: unknown) => {
        socket.close()
        throw error
      },
    )
  }

  #bind(
    socket: UdpSocket,
    address: Parameters<typeof openDatagramSocket>[0],
    options: UdpBinding,
    settings: UdpSettings,
  ): void {
    const fd = openDatagramSocket(address, options, settings)
    try {
      const self = this.#adopt(socket, fd, options, settings)
      if ('path' in self) this.#files.set(socket, self)
    } catch (error) {
      close(fd)
      throw error
    }
  }

  /** Hands a descriptor to the plane; where that throws it is still the caller's. */
  #adopt(socket: UdpSocket, fd: number, options: UdpOptions, settings: UdpSettings): SocketAddress {
    const { trigger } = options
    const edge = trigger === undefined ? this.supports.edge : trigger === 'edge'
    const control = options.packetInfo === true || options.dropCounter === true
    const flags =
      (edge ? DatagramAdoptFlag.Edge : 0) |
      (control ? DatagramAdoptFlag.ControlData : 0) |
      (options.open === undefined ? 0 : DatagramAdoptFlag.TellOpened)
    const self = getsockname(fd)
    const { batch, maxDatagramSize } = settings
    const id = check(addon.datagram.adopt(this.native, fd, flags, batch, maxDatagramSize), 'udp', {
      fd,
    })
    this.#datagrams[id] = socket
    socket.opened(id, self)
    this.#owner?.plane.settle()
    return self
  }

  #makeOwner(): UdpOwner {
    const plane = new DatagramPlane(this.native, this.state)
    return {
      plane,
      names: new DatagramNames(),
      info: new DatagramInfo(plane),
      reference: (by) => {
        this.reference(by)
      },
      released: (socket) => {
        const file = this.#files.get(socket)
        if (file === undefined) return
        this.#files.delete(socket)
        removeSocketFile(file)
      },
    }
  }
}
