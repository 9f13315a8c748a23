#pragma once

namespace floor_server {

// Sends back every datagram that comes on a socket (from `BindDatagrams`): epoll, level-triggered,
// one recvmmsg and one sendmmsg for each event. Returns only on failure, with errno.
int EchoDatagrams(int fd);

}  // namespace floor_server
