#include "datagrams.h"

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

namespace floor_server {
namespace {

constexpr unsigned kAtOnce = 32;
constexpr size_t kLargest = 65536;

// Where datagrams are received, with their senders, and from where they are sent back.
class Batch {
 public:
  Batch() : bytes_(kAtOnce * kLargest) {
    for (unsigned index = 0; index < kAtOnce; index += 1) {
      messages_[index] = {};
      messages_[index].msg_hdr.msg_iov = &parts_[index];
      messages_[index].msg_hdr.msg_iovlen = 1;
      messages_[index].msg_hdr.msg_name = &peers_[index];
    }
  }

  int Receive(int fd) {
    for (unsigned index = 0; index < kAtOnce; index += 1) {
      parts_[index] = {bytes_.data() + index * kLargest, kLargest};
      messages_[index].msg_hdr.msg_namelen = sizeof(sockaddr_in);
    }
    return recvmmsg(fd, messages_, kAtOnce, MSG_DONTWAIT, nullptr);
  }

  // What the kernel does not take is lost, as datagrams may be; one that is refused is passed over.
  void SendBack(int fd, unsigned count) {
    for (unsigned index = 0; index < count; index += 1)
      parts_[index].iov_len = messages_[index].msg_len;
    for (unsigned index = 0; index < count;) {
      const int sent = sendmmsg(fd, messages_ + index, count - index, MSG_DONTWAIT);
      index += sent > 0 ? static_cast<unsigned>(sent) : 1;
    }
  }

 private:
  std::vector<char> bytes_;
  mmsghdr messages_[kAtOnce];
  iovec parts_[kAtOnce];
  sockaddr_in peers_[kAtOnce];
};

}  // namespace

int EchoDatagrams(int fd) {
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) return errno;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  Batch batch;
  int error = epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0 ? 0 : errno;
  while (error == 0) {
    const int ready = epoll_wait(epoll, &event, 1, -1);
    if (ready < 0 && errno != EINTR) error = errno;
    const int received = ready > 0 ? batch.Receive(fd) : 0;
    if (received > 0) batch.SendBack(fd, static_cast<unsigned>(received));
    if (received < 0 && errno != EAGAIN && errno != EINTR && errno != ECONNREFUSED) error = errno;
  }
  close(epoll);
  return error;
}

}  // namespace floor_server
