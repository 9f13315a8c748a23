// --once: what a connection costs the server in memory, open and after its first message.
#include "clock.h"
#include "driver.h"

namespace load {
namespace {

constexpr uint32_t kAskedAtOnce = 64;
constexpr int64_t kLookEveryNs = 20 * kMillisecond;
constexpr int64_t kRestNs = 200 * kMillisecond;
// In one look: what a runtime's own timers may use without being at work.
constexpr int64_t kRestingCpuNs = kMillisecond / 2;

}  // namespace

void Driver::AskOnce() {
  Settle();
  result_->memory_open = ReadMemory(arguments_.pid);
  const int64_t start = NowNs();
  for (uint32_t index = 0; index < kAskedAtOnce; index += 1) AskNext(start);
  while (outstanding_ > 0 && NowNs() < start + arguments_.timeout_ns) PollFor(kLookEveryNs);
  for (Connection& connection : connections_)
    if (connection.state == State::kOpen && connection.talk.said > connection.talk.heard)
      Fail(&connection, Fault::kTimeout, Name(connection) + ": no answer in time");
  Settle();
  result_->memory_answered = ReadMemory(arguments_.pid);
  result_->answers = result_->heard;
}

// The next connection that talks has its turn.
void Driver::AskNext(int64_t now) {
  while (asked_ < arguments_.connections) {
    Connection* connection = &connections_[asked_];
    asked_ += 1;
    if (connection->state == State::kOpen) return Begin(connection, now, now);
  }
}

// Until the server has rested for a while: it has accepted what was connected, and put things away.
void Driver::Settle() {
  int64_t now = NowNs();
  const int64_t deadline = now + arguments_.timeout_ns;
  int64_t resting_since = now;
  int64_t cpu = ReadProcess(arguments_.pid).cpu_ns;
  while (now < deadline && now - resting_since < kRestNs) {
    PollFor(kLookEveryNs);
    now = NowNs();
    const int64_t used = ReadProcess(arguments_.pid).cpu_ns;
    if (used - cpu > kRestingCpuNs) resting_since = now;
    cpu = used;
  }
}

}  // namespace load
