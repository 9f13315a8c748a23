// Idle timeouts: who has been silent for too long.

#include <poll.h>

#include <cerrno>

#include "stream/streams.h"
#include "sys/call.h"

namespace edgeloop {

namespace {

constexpr int64_t kNsPerMs = 1'000'000;
// One reading of the clock serves so many sockets: it is old by microseconds then.
constexpr int kUsesOfReading = 32;

bool HasBytes(int fd) {
  pollfd entry{fd, POLLIN, 0};
  return Uninterrupted([&] { return ::poll(&entry, 1, 0); }) > 0;
}

}  // namespace

int Streams::SetIdle(int32_t id, uint32_t idle_ms) {
  Socket* socket = Live(id);
  if (socket == nullptr || socket->Is(kListening)) return -EBADF;
  socket->Clear(kTellTimeout);
  if (idle_ms == 0) {
    wheel_.Forget(id);
    socket->Clear(kTimed);
    return 0;
  }
  activity_uses_ = 0;  // handlers may have taken their time since it was read
  if (!wheel_.Set(id, idle_ms, ActivityMs())) return -ENOMEM;
  socket->Set(kTimed);
  return 0;
}

// The millisecond that has begun is not counted: never early.
int64_t Streams::ActivityMs() {
  if (activity_uses_ == 0) {
    activity_ms_ = MonotonicNs() / kNsPerMs + 1;
    activity_uses_ = kUsesOfReading;
  }
  activity_uses_--;
  return activity_ms_;
}

int64_t Streams::DueNs() const {
  int64_t next_ms = wheel_.NextMs();
  return next_ms < 0 ? -1 : next_ms * kNsPerMs;
}

void Streams::Expire() {
  if (wheel_.NextMs() < 0) return;
  int64_t now_ms = MonotonicNs() / kNsPerMs;
  if (now_ms < wheel_.NextMs()) return;
  expired_.clear();
  wheel_.Advance(now_ms, &expired_);
  for (int32_t id : expired_) {
    Socket* socket = Live(id);
    if (socket == nullptr) continue;
    // What has come and was not received yet, because JavaScript was busy, counts as well.
    bool comes = !socket->Is(kPaused | kReadEnded) && HasBytes(socket->fd);
    if (comes || socket->Is(kConnecting)) {
      wheel_.Touch(id, now_ms);
    } else {
      socket->Set(kTellTimeout);
      TellLater(id, socket);
    }
  }
}

}  // namespace edgeloop
