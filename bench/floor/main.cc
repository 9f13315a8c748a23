// edgeloop-floor: what the same answers cost in C++ on plain epoll. Everything else is compared
// with it.

#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

#include "answer.h"
#include "listener.h"
#include "serve.h"

namespace {

template <typename Answerer>
int Serve(const char* scheme) {
  uint16_t port = 0;
  const int listener = floor_server::Listen(&port);
  if (listener < 0) {
    std::fprintf(stderr, "edgeloop-floor: cannot listen: %s\n", std::strerror(-listener));
    return 1;
  }
  const auto server = std::make_unique<floor_server::Server<Answerer>>(listener);
  std::printf("listening on %s://127.0.0.1:%u (epoll, level, C++)\n", scheme, port);
  std::fflush(stdout);
  std::fprintf(stderr, "edgeloop-floor: %s\n", std::strerror(server->Run()));
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc == 2 ? argv[1] : "";
  if (mode == "echo") return Serve<floor_server::Echo>("tcp");
  if (mode == "http") return Serve<floor_server::Hello>("http");
  std::fprintf(stderr, "usage: edgeloop-floor echo|http\n");
  return 2;
}
