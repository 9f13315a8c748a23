#include "socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace load {

void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  // Where this is not allowed, opening the last connections fails and is reported as that.
  setrlimit(RLIMIT_NOFILE, &limit);
}

namespace {

// Without IP_BIND_ADDRESS_NO_PORT bind would take a port that is free for every target.
bool BindTo(int fd, uint32_t source) {
  const int on = 1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = source;
  return setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on) == 0 &&
         bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

// socket(7): the kernel doubles it, for its own bookkeeping. Where more than rmem_max is not
// allowed that is what it becomes; the result says so.
void HoldReceiveBuffer(int fd, int bytes) {
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) == 0) return;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

// Connects, or closes and returns -errno.
int Connect(int fd, const Target& target, uint32_t source) {
  const auto* address = reinterpret_cast<const sockaddr*>(&target.address);
  const bool bound = source == 0 || BindTo(fd, source);
  if (bound && (connect(fd, address, target.length) == 0 || errno == EINPROGRESS)) return fd;
  const int error = errno;
  close(fd);
  return -error;
}

}  // namespace

int StartConnecting(const Target& target, uint32_t source, int receive_buffer) {
  const int fd = socket(target.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  const int on = 1;
  // Without it messages may be late, which the figures would show; nothing would be wrong.
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (receive_buffer > 0) HoldReceiveBuffer(fd, receive_buffer);
  return Connect(fd, target, source);
}

int ReceiveBuffer(int fd) {
  int bytes = 0;
  socklen_t length = sizeof bytes;
  if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, &length) != 0) return -errno;
  return bytes / 2;
}

int ConnectDatagrams(const Target& target, uint32_t source) {
  const int fd = socket(target.address.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  return fd < 0 ? -errno : Connect(fd, target, source);
}

int ConnectError(int fd) {
  int error = 0;
  socklen_t length = sizeof error;
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0) return errno;
  return error;
}

Fault FaultOf(int error) {
  switch (error) {
    case ECONNREFUSED: return Fault::kRefused;
    case ECONNRESET:
    case EPIPE: return Fault::kReset;
    case ETIMEDOUT: return Fault::kTimeout;
    default: return Fault::kOther;
  }
}

}  // namespace load
