// The parts of a run and their times; what happens on a connection is in conversation.cc.
#include "driver.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "clock.h"
#include "gate.h"
#include "socket.h"

namespace load {
namespace {

// More at once would overrun the backlog of a server, and a lost SYN costs a second.
constexpr uint32_t kConnectingAtOnce = 64;
constexpr int64_t kWatchEveryNs = 50 * kMillisecond;
constexpr size_t kSlab = 256 * 1024;

}  // namespace

Driver::Driver(const Arguments& arguments, Exchange* exchange, Result* result)
    : arguments_(arguments),
      exchange_(exchange),
      result_(result),
      window_(arguments, result),
      connections_(arguments.connections + arguments.idle),
      slab_(kSlab) {
  for (uint32_t number = 0; number < connections_.size(); number += 1) {
    connections_[number].talk.connection = number;
    connections_[number].idle = number >= arguments.connections;
  }
  if (arguments.rate > 0) pace_ = std::make_unique<Pace>(arguments.rate, arguments.connections);
}

std::string Driver::Name(const Connection& connection) const {
  return (connection.idle ? "idle connection " : "connection ") +
         std::to_string(connection.talk.connection);
}

void Driver::Run() {
  if (!poller_.valid()) {
    result_->faults.Add(Fault::kOther, "no epoll descriptor");
    return;
  }
  if (arguments_.once) result_->memory_before = ReadMemory(arguments_.pid);
  Connect();
  PassGate(arguments_, "open");
  if (arguments_.once)
    AskOnce();
  else if (talking_ > 0)
    Talk();
  PassGate(arguments_, "heard");
  for (Connection& connection : connections_)
    if (connection.fd >= 0) close(connection.fd);
}

void Driver::Connect() {
  const int64_t deadline = NowNs() + arguments_.timeout_ns;
  uint32_t started = 0;
  uint32_t done = 0;
  const auto total = static_cast<uint32_t>(connections_.size());
  while (done < total && NowNs() < deadline) {
    while (started < total && started - done < kConnectingAtOnce) {
      Connection& connection = connections_[started];
      started += 1;
      connection.fd = StartConnecting(arguments_.target, arguments_.SourceOf(started - 1),
                                      arguments_.receive_buffer);
      connection.state = State::kConnecting;
      if (connection.fd < 0)
        FailOnErrno(&connection, "connect", -connection.fd);
      else if (!poller_.Add(connection.fd, EPOLLOUT, started - 1))
        FailOnErrno(&connection, "epoll_ctl", errno);
      if (connection.state == State::kDone) done += 1;
    }
    const int ready = poller_.Wait(std::min(deadline - NowNs(), kWatchEveryNs));
    for (int index = 0; index < ready; index += 1) {
      Connection& connection = connections_[poller_.events()[index].data.u32];
      const bool connecting = connection.state == State::kConnecting;
      OnEvent(connection.talk.connection, poller_.events()[index].events);
      if (connecting) done += 1;
    }
  }
  for (Connection& connection : connections_) {
    if (connection.state == State::kNew || connection.state == State::kConnecting)
      Fail(&connection, Fault::kTimeout, Name(connection) + ": not connected in time");
  }
}

void Driver::FinishConnecting(Connection* connection) {
  const int error = ConnectError(connection->fd);
  if (error != 0) return FailOnErrno(connection, "connect", error);
  if (!poller_.Modify(connection->fd, EPOLLIN, connection->talk.connection))
    return FailOnErrno(connection, "epoll_ctl", errno);
  connection->state = State::kOpen;
  if (arguments_.receive_buffer > 0) result_->receive_buffer = ReceiveBuffer(connection->fd);
  if (connection->idle) {
    result_->idle += 1;
    return;
  }
  result_->connected += 1;
  talking_ += 1;
}

void Driver::Talk() {
  const int64_t start = NowNs();
  if (arguments_.greet) silent_ = talking_;
  window_.Start(start);
  progress_ns_ = start + kSecond;
  if (pace_) {
    pace_->Start(start, window_.end_ns());
  } else {
    for (uint32_t number = 0; number < arguments_.connections; number += 1) {
      Connection* connection = &connections_[number];
      if (connection->state == State::kOpen) Begin(connection, start, start);
    }
  }
  while (true) {
    const int64_t now = NowNs();
    if (silent_ > 0) window_.Start(now);
    if (pace_) BeginDue(now);
    const bool open = window_.Step(now, talking_ > 0);
    if (!open || (window_.draining() && outstanding_ == 0)) break;
    if (now >= watch_ns_) Watch(now);
    PollFor(NextTime(now) - NowNs());
  }
  CountUnanswered(NowNs());
}

// Handles what happens; returns after `timeout_ns` at the latest.
void Driver::PollFor(int64_t timeout_ns) {
  const int ready = poller_.Wait(timeout_ns);
  for (int index = 0; index < ready; index += 1)
    OnEvent(poller_.events()[index].data.u32, poller_.events()[index].events);
}

int64_t Driver::NextTime(int64_t now) const {
  const int64_t next = window_.NextTime(now, watch_ns_);
  return pace_ && !window_.draining() ? std::min(next, pace_->NextDue()) : next;
}

// Looks after connections that have waited too long, now and then.
void Driver::Watch(int64_t now) {
  watch_ns_ = now + kWatchEveryNs;
  for (Connection& connection : connections_) {
    if (connection.state != State::kOpen || connection.talk.said == connection.talk.heard) continue;
    if (now - connection.sent_ns < arguments_.timeout_ns) continue;
    Fail(&connection, Fault::kTimeout,
         Name(connection) + ": no answer to message " + std::to_string(connection.talk.heard + 1) +
             " in time");
  }
  if (!arguments_.progress || now < progress_ns_) return;
  progress_ns_ += kSecond;
  std::fprintf(stderr, "%s: %llu answers, %llu faults\n",
               window_.measuring()  ? "measuring"
               : window_.draining() ? "draining"
                                    : "warming up",
               static_cast<unsigned long long>(result_->answers),
               static_cast<unsigned long long>(result_->faults.total()));
}

// What is still owed at the end. At a fixed rate that includes messages which were never sent,
// because their connection was waiting or gone: they count with the time they have waited so far.
void Driver::CountUnanswered(int64_t now) {
  for (Connection& connection : connections_) {
    if (connection.idle) continue;
    const Conversation& talk = connection.talk;
    if (!pace_) {
      if (connection.state == State::kOpen && talk.said > talk.heard)
        Fail(&connection, Fault::kTimeout, Name(connection) + ": no last answer in time");
      continue;
    }
    uint64_t missing = 0;
    for (uint64_t begun = talk.heard;; begun += 1) {
      const uint64_t message = pace_->Next(talk.connection, begun);
      if (!pace_->Passed(message)) break;
      if (!window_.Contains(pace_->Due(message))) continue;
      result_->latency.Record(now - pace_->Due(message));
      missing += 1;
    }
    result_->faults.Add(
        Fault::kUnanswered,
        Name(connection) + ": " + std::to_string(missing) + " messages were due and not answered",
        missing);
  }
}

}  // namespace load
