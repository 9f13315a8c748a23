// What happens on one connection of the driver: sending, hearing, failing.
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "clock.h"
#include "driver.h"
#include "socket.h"

namespace load {

void Driver::OnEvent(uint32_t number, uint32_t events) {
  Connection* connection = &connections_[number];
  if (connection->state == State::kConnecting) return FinishConnecting(connection);
  if (connection->state == State::kOpen && (events & EPOLLOUT) != 0) OnWritable(connection);
  if (connection->state == State::kOpen && (events & ~static_cast<uint32_t>(EPOLLOUT)) != 0)
    OnReadable(connection);
}

void Driver::OnReadable(Connection* connection) {
  const ssize_t received = recv(connection->fd, slab_.data(), slab_.size(), 0);
  if (received < 0) {
    if (errno == EAGAIN || errno == EINTR) return;
    return FailOnErrno(connection, "recv", errno);
  }
  if (received == 0)
    return Fail(connection, Fault::kClosed, Name(*connection) + ": closed by the server");
  const int64_t now = NowNs();
  Hearing hearing;
  const auto length = static_cast<size_t>(received);
  exchange_->Hear(&connection->talk, slab_.data(), length, &hearing);
  if (window_.measuring()) {
    result_->bytes += length;
    result_->body_bytes += hearing.body;
  }
  if (hearing.answers > 0) OnAnswers(connection, hearing.answers, now);
  if (hearing.fault != Fault::kNone) Fail(connection, hearing.fault, hearing.story);
}

void Driver::OnAnswers(Connection* connection, uint32_t answers, int64_t now) {
  result_->heard += answers;
  if (silent_ > 0 && connection->talk.heard == answers) silent_ -= 1;
  if (window_.Contains(connection->begun_ns)) {
    for (uint32_t index = 0; index < answers; index += 1)
      result_->latency.Record(now - connection->begun_ns);
  }
  if (window_.measuring()) result_->answers += answers;
  if (connection->talk.heard < connection->talk.said) return;
  outstanding_ -= 1;
  if (arguments_.once) {
    AskNext(now);
  } else if (pace_) {
    const uint64_t next = pace_->Next(connection->talk.connection, connection->talk.said);
    if (pace_->Passed(next)) Begin(connection, pace_->Due(next), now);
  } else if (!window_.draining()) {
    Begin(connection, now, now);
  }
}

void Driver::BeginDue(int64_t now) {
  uint64_t message = 0;
  while (pace_->Step(now, &message)) {
    if (window_.Contains(pace_->Due(message))) result_->due += 1;
    Connection* connection = &connections_[pace_->ConnectionOf(message)];
    if (connection->state != State::kOpen) continue;
    if (connection->talk.said == connection->talk.heard)
      Begin(connection, pace_->Due(message), now);
  }
}

void Driver::Begin(Connection* connection, int64_t begun_ns, int64_t now) {
  const Saying saying = exchange_->Say(&connection->talk, arguments_.pipeline);
  connection->begun_ns = begun_ns;
  connection->sent_ns = now;
  outstanding_ += 1;
  Send(connection, saying.data, saying.length);
}

void Driver::Send(Connection* connection, const char* data, size_t length) {
  const ssize_t sent = send(connection->fd, data, length, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN && errno != EINTR) return FailOnErrno(connection, "send", errno);
  const size_t taken = sent < 0 ? 0 : static_cast<size_t>(sent);
  if (taken == length) return;
  connection->unsent.assign(data + taken, length - taken);
  connection->taken = 0;
  if (!poller_.Modify(connection->fd, EPOLLIN | EPOLLOUT, connection->talk.connection))
    FailOnErrno(connection, "epoll_ctl", errno);
}

void Driver::OnWritable(Connection* connection) {
  std::string& unsent = connection->unsent;
  const char* rest = unsent.data() + connection->taken;
  const ssize_t sent = send(connection->fd, rest, unsent.size() - connection->taken, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN && errno != EINTR) return FailOnErrno(connection, "send", errno);
  connection->taken += sent < 0 ? 0 : static_cast<size_t>(sent);
  if (connection->taken < unsent.size()) return;
  unsent.clear();
  if (!poller_.Modify(connection->fd, EPOLLIN, connection->talk.connection))
    FailOnErrno(connection, "epoll_ctl", errno);
}

void Driver::Fail(Connection* connection, Fault fault, const std::string& story) {
  result_->faults.Add(fault, story);
  if (connection->state == State::kOpen && !connection->idle) {
    talking_ -= 1;
    if (silent_ > 0 && connection->talk.heard == 0) silent_ -= 1;
    if (connection->talk.said > connection->talk.heard) outstanding_ -= 1;
  }
  connection->state = State::kDone;
  if (connection->fd >= 0) close(connection->fd);
  connection->fd = -1;
}

void Driver::FailOnErrno(Connection* connection, const char* call, int error) {
  Fail(connection, FaultOf(error), Name(*connection) + ": " + call + ": " + std::strerror(error));
}

}  // namespace load
