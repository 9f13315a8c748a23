#pragma once

#include <cstdint>

#include "histogram.h"
#include "process.h"
#include "tally.h"

namespace load {

// What one run found. Counts and usage belong to the measured window alone.
struct Result {
  uint32_t connected = 0;  // of those that talk
  uint32_t idle = 0;       // of those that only stay open
  int receive_buffer = 0;  // bytes of a connection's, when it began
  int64_t window_ns = 0;   // 0: never got so far
  uint64_t answers = 0;
  uint64_t heard = 0;       // answers from the first connection on, not only within the window
  uint64_t bytes = 0;       // received
  uint64_t body_bytes = 0;  // of those, bytes of HTTP bodies
  uint64_t due = 0;         // fixed rate: messages whose time to be sent fell into the window
  uint64_t lost = 0;        // udp: datagrams of the window that were given up
  uint64_t late = 0;        // udp: answers to such as had been given up, whenever
  Histogram latency;
  Tally faults;
  int64_t own_cpu_ns = 0;
  ProcessUsage server_begin;
  ProcessUsage server_end;
  // --once, in bytes: before the first connection, with all of them open, and after an answer on
  // each.
  int64_t memory_before = 0;
  int64_t memory_open = 0;
  int64_t memory_answered = 0;
};

}  // namespace load
