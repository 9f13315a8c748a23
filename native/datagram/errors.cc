// What failed: reported with the address that it concerns, and nothing else is lost for it.

// clang-format off: errqueue.h uses timespec and does not say where it is from
#include <time.h>
#include <linux/errqueue.h>
// clang-format on
#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "datagram/datagrams.h"
#include "sys/call.h"

namespace edgeloop {

namespace {

// Errors read at once, so that a storm of them does not hold the turn up.
constexpr int kErrorsPerTurn = 256;

// The errno that ICMP has brought; 0 where a message of the error queue is something else. An error
// of this machine's own making (EMSGSIZE) was the answer to its send already.
int ErrorOf(msghdr* message) {
  for (cmsghdr* header = CMSG_FIRSTHDR(message); header != nullptr;
       header = CMSG_NXTHDR(message, header)) {
    bool four = header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_RECVERR;
    bool six = header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_RECVERR;
    if ((!four && !six) || header->cmsg_len < CMSG_LEN(sizeof(sock_extended_err))) continue;
    sock_extended_err error;
    std::memcpy(&error, CMSG_DATA(header), sizeof error);
    if (error.ee_origin == SO_EE_ORIGIN_ICMP || error.ee_origin == SO_EE_ORIGIN_ICMP6) {
      return static_cast<int>(error.ee_errno);
    }
  }
  return 0;
}

}  // namespace

void Datagrams::Fail(int32_t id, int error, int32_t flags, const void* name,
                     socklen_t name_length) {
  Failure failure{};
  failure.id = id;
  failure.error = error;
  failure.flags = flags;
  failure.name_length = std::min<socklen_t>(name_length, sizeof failure.name);
  if (failure.name_length > 0) std::memcpy(&failure.name, name, failure.name_length);
  failures_.push_back(failure);
}

void Datagrams::ReadErrorQueue(int32_t id, const DatagramSocket& socket) {
  for (int read = 0; read < kErrorsPerTurn; read++) {
    sockaddr_storage name;
    alignas(cmsghdr) uint8_t control[512];
    msghdr message{};
    message.msg_name = &name;
    message.msg_namelen = sizeof name;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    int64_t result =
        Uninterrupted([&] { return ::recvmsg(socket.fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT); });
    if (result < 0) return;
    int error = ErrorOf(&message);
    if (error != 0) Fail(id, error, kWhileSending, &name, message.msg_namelen);
  }
}

}  // namespace edgeloop
