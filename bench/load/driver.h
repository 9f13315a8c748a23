#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "arguments.h"
#include "exchange.h"
#include "pace.h"
#include "poller.h"
#include "result.h"
#include "window.h"

namespace load {

// Opens the connections, keeps the conversations going, and takes the time.
//
// A run has four parts: connect, warm up, measure, and drain: what was begun within the window is
// still heard out, so that an answer that is late or wrong at the very end is not lost. Each part
// ends by itself: connecting and draining after `timeout_ns` at the latest. With --once (once.cc)
// there is one message on each connection in place of the last three.
class Driver {
 public:
  Driver(const Arguments& arguments, Exchange* exchange, Result* result);

  void Run();

 private:
  enum class State : uint8_t { kNew, kConnecting, kOpen, kDone };

  struct Connection {
    Conversation talk;
    std::string unsent;  // what the kernel did not take, from `taken` on
    size_t taken = 0;
    int64_t begun_ns = 0;  // when its messages under way were sent, or, at a fixed rate, due
    int64_t sent_ns = 0;
    int fd = -1;
    State state = State::kNew;
    bool idle = false;
  };

  void Connect();
  void FinishConnecting(Connection* connection);
  void Talk();
  int64_t NextTime(int64_t now) const;
  void PollFor(int64_t timeout_ns);

  void AskOnce();
  void AskNext(int64_t now);
  void Settle();

  void OnEvent(uint32_t number, uint32_t events);
  void OnReadable(Connection* connection);
  void OnWritable(Connection* connection);
  void OnAnswers(Connection* connection, uint32_t answers, int64_t now);
  void Begin(Connection* connection, int64_t begun_ns, int64_t now);
  void BeginDue(int64_t now);
  void Send(Connection* connection, const char* data, size_t length);
  void Fail(Connection* connection, Fault fault, const std::string& story);
  void FailOnErrno(Connection* connection, const char* call, int error);

  void Watch(int64_t now);
  void CountUnanswered(int64_t now);
  std::string Name(const Connection& connection) const;

  const Arguments& arguments_;
  Exchange* exchange_;
  Result* result_;
  Window window_;
  Poller poller_;
  std::vector<Connection> connections_;
  std::vector<char> slab_;
  std::unique_ptr<Pace> pace_;  // null: closed loop
  uint32_t talking_ = 0;        // connections that are open and not idle
  uint32_t outstanding_ = 0;    // of those, the ones that await an answer
  uint32_t silent_ = 0;         // --greet: connections that have not had an answer yet
  uint32_t asked_ = 0;          // --once: connections that have had their turn
  int64_t watch_ns_ = 0;
  int64_t progress_ns_ = 0;
};

}  // namespace load
