#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "http.h"
#include "target.h"

namespace load {

enum class Mode { kEcho, kHttp, kUdp, kPercentiles };

// What the command line asked for. Durations in nanoseconds.
struct Arguments {
  Mode mode = Mode::kEcho;
  Target target;
  uint32_t connections = 64;
  uint32_t idle = 0;      // further connections that never say anything
  uint32_t size = 64;     // echo: bytes of a message
  uint32_t pipeline = 1;  // messages sent together before the first answer is awaited
  double rate = 0;        // messages a second over all connections; 0: closed loop
  int64_t duration_ns = 1'000'000'000;
  int64_t warmup_ns = 100'000'000;
  int64_t timeout_ns = 5'000'000'000;  // for a connection to stand, and for each answer
  HttpRequest request;                 // http; its host is the target
  HttpBodyRule body;                   // http
  int pid = 0;             // a process whose CPU time is read at both ends of the window
  uint32_t sources = 0;    // loopback addresses to connect from; 0: whichever the kernel chooses
  int receive_buffer = 0;  // bytes of each connection's; 0: what the kernel lets it grow to
  bool churn = false;      // a new connection for every message
  bool once = false;       // one message on each connection, and the server's memory around it
  bool gates = false;      // stops once all is open, and once all is heard, until told to go on
  bool tree = false;       // that process with all its descendants
  bool greet = false;      // warming up begins once every connection has had an answer
  bool progress = false;   // a line a second on stderr

  // The address that a connection comes from, in network byte order; 0: whichever.
  uint32_t SourceOf(uint32_t connection) const;
};

// Returns true and fills `out`, or false with a line for the user in `error`.
bool ParseArguments(int argc, char** argv, Arguments* out, std::string* error);

extern const char kUsage[];

}  // namespace load
