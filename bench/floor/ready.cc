#include "ready.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <ctime>
#include <vector>

namespace floor_server {
namespace {

class Watcher {
 public:
  explicit Watcher(const ReadyPlan& plan) : active_(plan.active), fds_(plan.descriptors) {}
  ~Watcher() {
    for (const int fd : fds_)
      if (fd > 0) close(fd);
    if (epoll_ >= 0) close(epoll_);
  }

  bool Open() {
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_ < 0) return false;
    handlers_.resize(fds_.size());
    for (uint32_t index = 0; index < fds_.size(); index += 1) {
      fds_[index] = eventfd(index < active_ ? 1 : 0, EFD_NONBLOCK | EFD_CLOEXEC);
      if (fds_[index] < 0) return false;
      handlers_[index] = {&Watcher::OnReady, this};
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.ptr = &handlers_[index];
      if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fds_[index], &event) != 0) return false;
    }
    return true;
  }

  // One wait and the handlers of what it found.
  bool Turn() {
    epoll_event events[1024];
    const int ready = epoll_wait(epoll_, events, 1024, -1);
    for (int index = 0; index < ready; index += 1) {
      const auto* handler = static_cast<const Handler*>(events[index].data.ptr);
      handler->call(handler->watcher, events[index].events);
    }
    turns_ += 1;
    return ready >= 0 || errno == EINTR;
  }

  uint64_t events() const { return events_; }
  uint64_t turns() const { return turns_; }

 private:
  struct Handler {
    void (*call)(Watcher*, uint32_t);
    Watcher* watcher;
  };

  static void OnReady(Watcher* watcher, uint32_t) {
    watcher->events_ += 1;
    if (watcher->events_ % watcher->active_ == 0) watcher->MoveOn();
  }

  void MoveOn() {
    const size_t next = (first_ + active_) % fds_.size();
    eventfd_t value = 0;
    eventfd_write(fds_[next], 1);
    eventfd_read(fds_[first_], &value);
    first_ = (first_ + 1) % fds_.size();
  }

  uint32_t active_;
  std::vector<int> fds_;
  std::vector<Handler> handlers_;
  int epoll_ = -1;
  size_t first_ = 0;  // of those that are ready
  uint64_t events_ = 0;
  uint64_t turns_ = 0;
};

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double Now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

bool TurnUntil(Watcher* watcher, double end) {
  while (Now() < end)
    if (!watcher->Turn()) return false;
  return true;
}

}  // namespace

int WatchReady(const ReadyPlan& plan) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  Watcher watcher(plan);
  if (!watcher.Open() || !TurnUntil(&watcher, Now() + plan.warmup)) return errno;
  const uint64_t events = watcher.events();
  const uint64_t turns = watcher.turns();
  const double start = Now();
  rusage before{};
  rusage after{};
  getrusage(RUSAGE_SELF, &before);
  if (!TurnUntil(&watcher, start + plan.seconds)) return errno;
  getrusage(RUSAGE_SELF, &after);
  std::printf(
      "{\"events\":%llu,\"turns\":%llu,\"seconds\":%.6f,\"userUs\":%.0f,\"sysUs\":%.0f,"
      "\"voluntarySwitches\":%ld,\"involuntarySwitches\":%ld,\"rssBytes\":%ld}\n",
      static_cast<unsigned long long>(watcher.events() - events),
      static_cast<unsigned long long>(watcher.turns() - turns), Now() - start,
      (Seconds(after.ru_utime) - Seconds(before.ru_utime)) * 1e6,
      (Seconds(after.ru_stime) - Seconds(before.ru_stime)) * 1e6, after.ru_nvcsw - before.ru_nvcsw,
      after.ru_nivcsw - before.ru_nivcsw, after.ru_maxrss * 1024);
  return 0;
}

}  // namespace floor_server
