#pragma once

#include <cstdint>

namespace floor_server {

// How long to watch how many descriptors, how many of them ready at any time.
struct ReadyPlan {
  uint32_t descriptors = 10'000;
  uint32_t active = 100;
  double seconds = 1;
  double warmup = 0.1;
};

// The measure of `reactor.register()`: eventfds in an epoll set, level-triggered, a function called
// for each that is ready. `active` neighbours are ready at any time, and after as many events the
// window of them moves on by one descriptor, so that each has its turn: one read and one write for
// `active` events. Prints a line of JSON; 0, or an errno.
int WatchReady(const ReadyPlan& plan);

}  // namespace floor_server
