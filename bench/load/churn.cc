#include "churn.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "clock.h"
#include "gate.h"
#include "socket.h"

namespace load {
namespace {

constexpr int64_t kWatchEveryNs = 50 * kMillisecond;
constexpr size_t kSlab = 256 * 1024;

}  // namespace

Churn::Churn(const Arguments& arguments, Exchange* exchange, Result* result)
    : arguments_(arguments),
      exchange_(exchange),
      result_(result),
      window_(arguments, result),
      calls_(arguments.connections),
      slab_(kSlab) {
  for (uint32_t number = 0; number < calls_.size(); number += 1)
    calls_[number].talk.connection = number;
}

std::string Churn::Name(const Call& call) const {
  return "connection " + std::to_string(call.number) + " of caller " +
         std::to_string(call.talk.connection);
}

void Churn::Run() {
  if (!poller_.valid()) return result_->faults.Add(Fault::kOther, "no epoll descriptor");
  PassGate(arguments_, "open");
  const int64_t start = NowNs();
  window_.Start(start);
  for (Call& call : calls_) Begin(&call, start);
  while (true) {
    const int64_t now = NowNs();
    if (!window_.Step(now, under_way_ > 0)) break;
    if (now >= watch_ns_) Watch(now);
    const int ready = poller_.Wait(window_.NextTime(now, watch_ns_) - NowNs());
    for (int index = 0; index < ready; index += 1)
      OnEvent(&calls_[poller_.events()[index].data.u32], poller_.events()[index].events);
  }
  for (Call& call : calls_)
    if (call.fd >= 0) Fail(&call, Fault::kTimeout, Name(call) + ": not over in time");
  PassGate(arguments_, "heard");
}

void Churn::Begin(Call* call, int64_t now) {
  call->number += 1;
  call->begun_ns = now;
  call->ending = false;
  under_way_ += 1;
  // Each call comes from the next address.
  call->fd =
      StartConnecting(arguments_.target, arguments_.SourceOf(call->talk.connection + call->number));
  if (call->fd < 0) return FailOnErrno(call, "connect", -call->fd);
  // Over loopback a connection stands by the time connect returns: no need to wait and see.
  const Saying saying = exchange_->Say(&call->talk, 1);
  Say(call, saying.data, saying.length);
  if (call->fd < 0) return;
  const uint32_t interest = call->unsent.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT;
  if (!poller_.Add(call->fd, interest, call->talk.connection))
    FailOnErrno(call, "epoll_ctl", errno);
}

void Churn::Say(Call* call, const char* data, size_t length) {
  const ssize_t sent = send(call->fd, data, length, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN && errno != EINTR)
    return FailOnErrno(call, call->unsent.empty() ? "connect" : "send", errno);
  const size_t taken = sent < 0 ? 0 : static_cast<size_t>(sent);
  call->unsent = std::string(data + taken, length - taken);
}

void Churn::OnEvent(Call* call, uint32_t events) {
  if (call->fd < 0) return;
  if (!call->unsent.empty() && (events & (EPOLLOUT | EPOLLERR)) != 0) {
    const std::string rest = call->unsent;
    Say(call, rest.data(), rest.size());
    if (call->fd < 0) return;
    if (call->unsent.empty() && !poller_.Modify(call->fd, EPOLLIN, call->talk.connection))
      return FailOnErrno(call, "epoll_ctl", errno);
  }
  if ((events & ~static_cast<uint32_t>(EPOLLOUT)) != 0) OnReadable(call);
}

void Churn::OnReadable(Call* call) {
  const ssize_t received = recv(call->fd, slab_.data(), slab_.size(), 0);
  if (received < 0) {
    if (errno == EAGAIN || errno == EINTR) return;
    return FailOnErrno(call, "recv", errno);
  }
  if (received == 0) {
    if (call->ending) return End(call);
    return Fail(call, Fault::kClosed, Name(*call) + ": closed by the server before it answered");
  }
  const int64_t now = NowNs();
  const auto length = static_cast<size_t>(received);
  if (window_.measuring()) result_->bytes += length;
  Hearing hearing;
  exchange_->Hear(&call->talk, slab_.data(), length, &hearing);
  if (hearing.fault != Fault::kNone) return Fail(call, hearing.fault, hearing.story);
  if (hearing.answers > 0) OnAnswer(call, now);
}

void Churn::OnAnswer(Call* call, int64_t now) {
  if (window_.Contains(call->begun_ns)) result_->latency.Record(now - call->begun_ns);
  call->ending = true;
  if (shutdown(call->fd, SHUT_WR) != 0) FailOnErrno(call, "shutdown", errno);
}

void Churn::End(Call* call) {
  close(call->fd);
  call->fd = -1;
  under_way_ -= 1;
  result_->heard += 1;
  result_->connected += 1;
  if (window_.measuring()) result_->answers += 1;
  if (!window_.draining()) Begin(call, NowNs());
}

// The caller gives up: what it met is told once, not again and again.
void Churn::Fail(Call* call, Fault fault, const std::string& story) {
  result_->faults.Add(fault, story);
  if (call->fd >= 0) close(call->fd);
  call->fd = -1;
  under_way_ -= 1;
}

void Churn::FailOnErrno(Call* call, const char* what, int error) {
  Fail(call, FaultOf(error), Name(*call) + ": " + what + ": " + std::strerror(error));
}

void Churn::Watch(int64_t now) {
  watch_ns_ = now + kWatchEveryNs;
  for (Call& call : calls_) {
    if (call.fd < 0 || now - call.begun_ns < arguments_.timeout_ns) continue;
    Fail(&call, Fault::kTimeout,
         Name(call) + (call.ending ? ": not closed by the server in time" : ": no answer in time"));
  }
}

}  // namespace load
