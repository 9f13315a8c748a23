#include "listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace floor_server {

namespace {

// A socket bound to 127.0.0.1; -errno where it fails.
int Bind(int type, uint16_t* port) {
  const int fd = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  const int on = 1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(*port);
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const bool reused =
      type != SOCK_STREAM || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0;
  if (!reused || bind(fd, generic, length) != 0 || getsockname(fd, generic, &length) != 0) {
    const int error = errno;
    close(fd);
    return -error;
  }
  *port = ntohs(address.sin_port);
  return fd;
}

}  // namespace

int Listen(uint16_t* port) {
  const int fd = Bind(SOCK_STREAM, port);
  if (fd < 0 || listen(fd, 1024) == 0) return fd;
  const int error = errno;
  close(fd);
  return -error;
}

int BindDatagrams(uint16_t* port) {
  return Bind(SOCK_DGRAM, port);
}

}  // namespace floor_server
