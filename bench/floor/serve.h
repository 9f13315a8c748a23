#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <vector>

#include "answer.h"

namespace floor_server {

// The shortest honest server: epoll, level-triggered, one thread, one receive and one send for
// each event. Runs until it is killed.
//
// An Answerer says what is sent for what was received (`Answer`), and what becomes of the
// connection once that is with the kernel (`AfterAnswer`). Its State is what it remembers of a
// connection.
template <typename Answerer>
class Server {
 public:
  Server(int listener, Answerer answerer)
      : listener_(listener),
        epoll_(epoll_create1(EPOLL_CLOEXEC)),
        answerer_(static_cast<Answerer&&>(answerer)) {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
      limit.rlim_cur = limit.rlim_max;
      setrlimit(RLIMIT_NOFILE, &limit);
    }
    peers_.resize(1024);
  }

  // Returns only on failure, with errno.
  int Run() {
    int error = Start();
    while (error == 0) error = Turn(-1);
    return error;
  }

  // 0, or an errno; as of Turn.
  int Start() { return epoll_ >= 0 && Control(EPOLL_CTL_ADD, listener_, EPOLLIN) ? 0 : errno; }

  // Waits for up to `timeout` milliseconds, and serves what is ready.
  int Turn(int timeout) {
    epoll_event events[256];
    const int ready = epoll_wait(epoll_, events, 256, timeout);
    if (ready < 0 && errno != EINTR) return errno;
    for (int index = 0; index < ready; index += 1) {
      const int fd = events[index].data.fd;
      if (fd == listener_)
        Accept();
      else if ((events[index].events & EPOLLOUT) != 0)
        Flush(fd);
      else
        Receive(fd);
    }
    return 0;
  }

  // Readable while a turn has something to do.
  int epoll() const { return epoll_; }

 private:
  // By its descriptor.
  struct Peer {
    typename Answerer::State state;
    bool resuming = false;  // watched for writability
    std::string unsent;
  };

  bool Control(int operation, int fd, uint32_t interest) {
    epoll_event event{};
    event.events = interest;
    event.data.fd = fd;
    return epoll_ctl(epoll_, operation, fd, &event) == 0;
  }

  void Accept() {
    while (true) {
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      const int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      if (static_cast<size_t>(fd) >= peers_.size()) peers_.resize(static_cast<size_t>(fd) * 2);
      peers_[static_cast<size_t>(fd)] = Peer();
      if (!Control(EPOLL_CTL_ADD, fd, EPOLLIN)) close(fd);
    }
  }

  void Receive(int fd) {
    const ssize_t received = recv(fd, slab_, sizeof slab_, 0);
    if (received < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (received <= 0) {
      close(fd);
      return;
    }
    Peer& peer = peers_[static_cast<size_t>(fd)];
    const Bytes answer = answerer_.Answer(&peer.state, slab_, static_cast<size_t>(received));
    if (answer.length > 0) Send(fd, answer.data, answer.length);
  }

  // What the kernel does not take waits, and the peer is not read meanwhile.
  void Send(int fd, const char* data, size_t length) {
    const ssize_t sent = send(fd, data, length, MSG_NOSIGNAL | Answerer::kSendFlags);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) {
      close(fd);
      return;
    }
    const size_t taken = sent < 0 ? 0 : static_cast<size_t>(sent);
    Peer& peer = peers_[static_cast<size_t>(fd)];
    if (taken == length) return Sent(fd, &peer);
    peer.unsent.assign(data + taken, length - taken);
    WatchFor(fd, &peer, true);
  }

  void Sent(int fd, Peer* peer) {
    const After after = answerer_.AfterAnswer(fd, &peer->state);
    if (after == After::kClose)
      close(fd);
    else
      WatchFor(fd, peer, after == After::kResume);
  }

  // Either for writability or for more to receive.
  void WatchFor(int fd, Peer* peer, bool writability) {
    if (peer->resuming == writability) return;
    peer->resuming = writability;
    Control(EPOLL_CTL_MOD, fd, writability ? EPOLLOUT : EPOLLIN);
  }

  void Flush(int fd) {
    Peer& peer = peers_[static_cast<size_t>(fd)];
    if (peer.unsent.empty()) return Sent(fd, &peer);
    std::string rest;
    rest.swap(peer.unsent);
    Send(fd, rest.data(), rest.size());
  }

  int listener_;
  int epoll_;
  Answerer answerer_;
  std::vector<Peer> peers_;
  // Large messages in few pieces: with 64 KiB, libuv in C++ was cheaper from 256 KiB on.
  char slab_[256 * 1024];
};

}  // namespace floor_server
