#include "gate.h"

#include <poll.h>
#include <unistd.h>

#include <cstdio>

namespace load {
namespace {

constexpr int kLongestWaitMs = 60'000;

}  // namespace

void PassGate(const Arguments& arguments, const char* name) {
  if (!arguments.gates) return;
  std::fprintf(stderr, "gate %s\n", name);
  pollfd input{STDIN_FILENO, POLLIN, 0};
  char byte = 0;
  while (byte != '\n' && poll(&input, 1, kLongestWaitMs) > 0)
    if (read(STDIN_FILENO, &byte, 1) != 1) return;
}

}  // namespace load
