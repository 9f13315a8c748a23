#pragma once

#include <uv.h>

namespace libuv_server {

// What a way of sending back datagrams does; the rest is the same for both.
struct DatagramWay {
  uv_alloc_cb allocate;
  uv_udp_recv_cb receive;
  unsigned flags;
};

// One buffer, recvmmsg and uv_udp_try_send: nothing is allocated for a datagram.
extern const DatagramWay kTunedDatagrams;

// As libuv's own guide has it: memory for every datagram received, a request for every one sent.
extern const DatagramWay kGuideDatagrams;

}  // namespace libuv_server
