// edgeloop-ring-libevent: the ring of pipes on libevent, a persistent event for each, in C++.

#include <event2/event.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include "../ring.h"

namespace {

constexpr char kProgram[] = "edgeloop-ring-libevent";

event_base* base = nullptr;

void OnReadable(evutil_socket_t, short, void* data) {
  const auto* slot = static_cast<const ring::Slot*>(data);
  slot->ring->OnReadable(slot->index);
  if (slot->ring->done()) event_base_loopbreak(base);
}

bool Watch(const std::vector<int>& fds, std::vector<ring::Slot>* slots,
           std::vector<event*>* events) {
  for (size_t index = 0; index < fds.size(); index += 1) {
    event* one = event_new(base, fds[index], EV_READ | EV_PERSIST, OnReadable, &(*slots)[index]);
    if (one == nullptr) return false;
    events->push_back(one);
    if (event_add(one, nullptr) != 0) return false;
  }
  return true;
}

int Run(const ring::Plan& plan) {
  ring::Ring ring(plan);
  const int error = ring.Open();
  if (error != 0) {
    std::fprintf(stderr, "%s: %s\n", kProgram, std::strerror(error));
    return 1;
  }
  std::vector<ring::Slot> slots = ring::SlotsOf(&ring);
  std::vector<event*> events;
  const bool watched = Watch(ring.fds(), &slots, &events);
  if (watched) {
    ring.Start();
    event_base_dispatch(base);
  }
  for (event* one : events) event_free(one);
  if (watched) return ring.Report(kProgram);
  std::fprintf(stderr, "%s: an event could not be added\n", kProgram);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  ring::Plan plan;
  if (!ring::ParsePlan(argc - 1, argv + 1, kProgram, &plan)) return 2;
  base = event_base_new();
  if (base == nullptr) {
    std::fprintf(stderr, "%s: no event base\n", kProgram);
    return 1;
  }
  const int code = Run(plan);
  event_base_free(base);
  return code;
}
