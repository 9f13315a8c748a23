#include "datagrams.h"

#include <cstdlib>

namespace libuv_server {
namespace {

// libuv receives as many datagrams at once as 64 KiB fit in here.
char slab[32 * 64 * 1024];

void AllocateSlab(uv_handle_t*, size_t, uv_buf_t* buffer) {
  *buffer = uv_buf_init(slab, sizeof slab);
}

// What the kernel does not take is lost, as datagrams may be.
void SendBack(uv_udp_t* socket, ssize_t length, const uv_buf_t* buffer, const sockaddr* peer,
              unsigned) {
  if (length < 0 || peer == nullptr) return;
  const uv_buf_t answer = uv_buf_init(buffer->base, static_cast<unsigned>(length));
  uv_udp_try_send(socket, &answer, 1, peer);
}

struct Send {
  uv_udp_send_t request;
  char* bytes;
};

void Allocate(uv_handle_t*, size_t suggested, uv_buf_t* buffer) {
  auto* bytes = static_cast<char*>(std::malloc(suggested));
  *buffer = uv_buf_init(bytes, bytes == nullptr ? 0 : static_cast<unsigned>(suggested));
}

void OnSent(uv_udp_send_t* request, int) {
  auto* send = reinterpret_cast<Send*>(request);
  std::free(send->bytes);
  std::free(send);
}

void SendLater(uv_udp_t* socket, ssize_t length, const uv_buf_t* buffer, const sockaddr* peer,
               unsigned) {
  auto* send =
      length < 0 || peer == nullptr ? nullptr : static_cast<Send*>(std::malloc(sizeof(Send)));
  if (send == nullptr) return std::free(buffer->base);
  send->bytes = buffer->base;
  const uv_buf_t answer = uv_buf_init(buffer->base, static_cast<unsigned>(length));
  if (uv_udp_send(&send->request, socket, &answer, 1, peer, OnSent) != 0) OnSent(&send->request, 0);
}

}  // namespace

const DatagramWay kTunedDatagrams = {AllocateSlab, SendBack, AF_INET | UV_UDP_RECVMMSG};
const DatagramWay kGuideDatagrams = {Allocate, SendLater, AF_INET};

}  // namespace libuv_server
