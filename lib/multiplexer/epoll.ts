import { MultiplexerBase } from './multiplexer'

/** A descriptor that the constructor is to take over: only this file can make one. */
class Adopted {
  constructor(readonly fd: number) {}
}

/**
 * The set behind epoll(7): it lives in the kernel, and a wait costs what is ready, not what is registered.
 *
 * Level- or edge-triggered (`ET`), one-shot, exclusive. There is no table beside the kernel's: a
 * registration ends by itself when the last copy of its descriptor is closed. An instance that is
 * forgotten gives its descriptor back when it is collected, and when its Worker ends.
 */
export class Epoll extends MultiplexerBase {
  /** @throws SystemError EMFILE, ENFILE, ENOMEM (`syscall` is 'epoll_create1') */
  constructor()
  /** @internal */
  constructor(adopted: Adopted)
  constructor(adopted?: Adopted) {
    super({
      name: 'epoll',
      control: 'epoll_ctl',
      wait: 'epoll_wait',
      adopt: adopted instanceof Adopted ? adopted : undefined,
    })
  }

  /**
   * Takes over an epoll descriptor that was made elsewhere: from here on `close()` closes it, and so
   * does garbage collection. Registrations that are in it already are reported by the low half of the
   * `data` which they were made with, where C programs usually put the descriptor.
   *
   * @param fd an open epoll descriptor that nothing else closes
   * @throws SystemError EBADF where it is not open, EINVAL where it is something else, EMFILE where no
   *   descriptor is free for the test. It remains yours then
   */
  static fromFd(fd: number): Epoll {
    return new Epoll(new Adopted(fd))
  }

  /** The descriptor of the set, which is readable while an event is pending; -1 once closed. */
  get fd(): number {
    return this.descriptor
  }
}
