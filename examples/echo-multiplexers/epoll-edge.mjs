// @ts-check
// An echo server on epoll(7), edge-triggered: registered once for both directions, told of news only.
//   node examples/echo-multiplexers/epoll-edge.mjs [PORT]

import { close, constants, epoll_create1, epoll_ctl, epoll_wait } from 'edgeloop/sys'
import { EchoServer } from './echo.mjs'

const { EPOLL_CLOEXEC, EPOLL_CTL_ADD, EPOLLIN, EPOLLOUT, EPOLLET } = constants
/** Steps of one connection before the others have their turn. */
const BUDGET = 8

const server = new EchoServer('epoll, edge')
const epfd = epoll_create1(EPOLL_CLOEXEC)
epoll_ctl(epfd, EPOLL_CTL_ADD, server.stop, EPOLLIN | EPOLLET)
epoll_ctl(epfd, EPOLL_CTL_ADD, server.listener, EPOLLIN | EPOLLET)
/**
 * Connections that are not blocked yet. The kernel will not name them again: whoever stops before
 * EAGAIN keeps the note. @type {Set<import('./echo.mjs').Connection>}
 */
const unfinished = new Set()
while (true) {
  const ready = epoll_wait(epfd, 64, unfinished.size > 0 ? 0 : Infinity).map(({ fd }) => fd)

  if (ready.includes(server.stop)) break
  for (const fd of ready) {
    const connection = server.connections.get(fd)
    if (connection !== undefined) unfinished.add(connection)
  }
  for (const connection of unfinished) {
    let state = connection.step()
    for (let i = 1; i < BUDGET && state === 'more'; i++) state = connection.step()
    if (state !== 'more') unfinished.delete(connection)
    if (state === 'over') server.drop(connection)
  }
  // After the others, so that a number just closed and given anew is not taken for the old one.
  if (ready.includes(server.listener)) {
    for (const { fd } of server.accept()) {
      epoll_ctl(epfd, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLOUT | EPOLLET)
    }
  }
}
close(epfd)
server.close()
