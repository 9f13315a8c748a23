#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "arguments.h"
#include "exchange.h"
#include "poller.h"
#include "result.h"
#include "window.h"

namespace load {

// Calls one after the other: connect, say one message, hear it out, say that this was all, and wait
// until the server closes too. So many calls are under way at the same time.
//
// The end is an orderly one, with FIN from either side, as from a client that is done: the server
// meets what it would meet in life, and one that keeps its side open is noticed. This side closes
// first and keeps the TIME_WAIT, which is why it wants several addresses (--sources); where HTTP
// asks the server to close (--close), the server does and keeps it.
class Churn {
 public:
  Churn(const Arguments& arguments, Exchange* exchange, Result* result);

  void Run();

 private:
  struct Call {
    Conversation talk;   // goes on from call to call, so that no two messages are alike
    std::string unsent;  // while the connection does not stand
    int64_t begun_ns = 0;
    uint32_t number = 0;
    int fd = -1;
    bool ending = false;  // the answer has come; only the server's end is awaited
  };

  void Begin(Call* call, int64_t now);
  void Say(Call* call, const char* data, size_t length);
  void OnEvent(Call* call, uint32_t events);
  void OnReadable(Call* call);
  void OnAnswer(Call* call, int64_t now);
  void End(Call* call);
  void Fail(Call* call, Fault fault, const std::string& story);
  void FailOnErrno(Call* call, const char* what, int error);
  void Watch(int64_t now);
  std::string Name(const Call& call) const;

  const Arguments& arguments_;
  Exchange* exchange_;
  Result* result_;
  Window window_;
  Poller poller_;
  std::vector<Call> calls_;
  std::vector<char> slab_;
  uint32_t under_way_ = 0;
  int64_t watch_ns_ = 0;
};

}  // namespace load
