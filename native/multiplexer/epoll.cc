#include "multiplexer/epoll.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>

#include "sys/call.h"
#include "sys/readiness.h"

namespace edgeloop {

namespace {

// What the kernel keeps for us with a registration: the descriptor below, the token above.
uint64_t Pack(int fd, uint32_t token) {
  return static_cast<uint64_t>(token) << 32 | static_cast<uint32_t>(fd);
}

Ready Unpack(const epoll_event& event) {
  uint64_t data = event.data.u64;
  return {static_cast<int32_t>(data), event.events, static_cast<uint32_t>(data >> 32)};
}

// Counts the lines "tfd: …" of proc_pid_fdinfo(5), one per registration. -1 where it cannot be
// read.
int64_t CountTargets(int epfd) {
  char path[48];
  std::snprintf(path, sizeof path, "/proc/self/fdinfo/%d", epfd);
  int file = static_cast<int>(Uninterrupted([&] { return ::open(path, O_RDONLY | O_CLOEXEC); }));
  if (file < 0) return -1;
  static constexpr char kWord[] = "tfd:";
  static constexpr size_t kLength = sizeof kWord - 1;
  int64_t count = 0;
  size_t matched = 0;  // characters of kWord so far; above kLength: not at a line's beginning
  int64_t length;
  char text[4096];
  while ((length = Uninterrupted([&] { return ::read(file, text, sizeof text); })) > 0) {
    for (int64_t i = 0; i < length; i++) {
      if (text[i] == '\n') {
        matched = 0;
      } else if (matched < kLength && text[i] == kWord[matched]) {
        if (++matched == kLength) count++;
      } else {
        matched = kLength + 1;
      }
    }
  }
  ::close(file);
  return length < 0 ? -1 : count;
}

}  // namespace

std::unique_ptr<Epoll> Epoll::Make(int* error) {
  int epfd = ::epoll_create1(EPOLL_CLOEXEC);
  if (epfd < 0) {
    *error = -errno;
    return nullptr;
  }
  std::unique_ptr<Epoll> made(new (std::nothrow) Epoll(epfd));
  if (made == nullptr) {
    ::close(epfd);
    *error = -ENOMEM;
  }
  return made;
}

std::unique_ptr<Epoll> Epoll::Adopt(int fd, int* error) {
  // First, lest the descriptor made below is given the very number that is not open.
  if (::fcntl(fd, F_GETFD) < 0) {
    *error = -errno;
    return nullptr;
  }
  // Removing what cannot be in it changes nothing: an epoll descriptor answers ENOENT, all others
  // EINVAL.
  int stranger = ::epoll_create1(EPOLL_CLOEXEC);
  if (stranger < 0) {
    *error = -errno;
    return nullptr;
  }
  epoll_event unused = {};
  int result = ::epoll_ctl(fd, EPOLL_CTL_DEL, stranger, &unused) < 0 ? -errno : 0;
  ::close(stranger);
  if (result != -ENOENT) {
    *error = result;
    return nullptr;
  }
  std::unique_ptr<Epoll> made(new (std::nothrow) Epoll(fd));
  if (made == nullptr) *error = -ENOMEM;
  return made;
}

// Whatever close(2) reports, the descriptor is gone.
Epoll::~Epoll() {
  ::close(epfd_);
}

int Epoll::Control(int operation, int fd, uint32_t events, uint32_t token) {
  epoll_event event = {};
  event.events = events;
  event.data.u64 = Pack(fd, token);
  return ::epoll_ctl(epfd_, operation, fd, &event) < 0 ? -errno : 0;
}

int Epoll::Add(int fd, uint32_t events, uint32_t token) {
  int result = Control(EPOLL_CTL_ADD, fd, events, token);
  if (result == 0) added_++;
  return result;
}

int Epoll::Modify(int fd, uint32_t events, uint32_t token) {
  return Control(EPOLL_CTL_MOD, fd, events, token);
}

int Epoll::Remove(int fd) {
  int result = Control(EPOLL_CTL_DEL, fd, 0, 0);
  if (result == 0) added_--;
  return result;
}

int Epoll::Forget(int) {
  added_--;
  return 0;
}

bool Epoll::Has(int fd) {
  int result = Control(EPOLL_CTL_ADD, fd, 0, 0);
  if (result == 0) Control(EPOLL_CTL_DEL, fd, 0, 0);
  return result == -EEXIST;
}

size_t Epoll::Size() {
  int64_t count = CountTargets(epfd_);
  if (count < 0) count = added_ > 0 ? added_ : 0;
  return static_cast<size_t>(count);
}

int Epoll::Wait(Ready* out, int capacity, int64_t timeout_ns) {
  if (capacity > kMostEvents) capacity = kMostEvents;
  // With less memory than wished for, fewer at a time: the kernel keeps the rest at the front.
  if (!events_.Reserve(static_cast<size_t>(capacity))) {
    if (events_.size() == 0) return -ENOMEM;
    capacity = static_cast<int>(events_.size());
  }
  int64_t ready = EpollWaitFor(timeout_ns, epfd_, events_.data(), capacity);
  for (int64_t i = 0; i < ready; i++) out[i] = Unpack(events_[static_cast<size_t>(i)]);
  return static_cast<int>(ready);
}

}  // namespace edgeloop
