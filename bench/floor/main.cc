// edgeloop-floor: what the same answers cost in C++ on plain epoll. Everything else is compared
// with it.

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "answer.h"
#include "datagrams.h"
#include "file.h"
#include "listener.h"
#include "ready.h"
#include "ring.h"
#include "serve.h"

namespace {

template <typename Answerer>
int Serve(const char* scheme, Answerer answerer) {
  uint16_t port = 0;
  const int listener = floor_server::Listen(&port);
  if (listener < 0) {
    std::fprintf(stderr, "edgeloop-floor: cannot listen: %s\n", std::strerror(-listener));
    return 1;
  }
  const auto server =
      std::make_unique<floor_server::Server<Answerer>>(listener, static_cast<Answerer&&>(answerer));
  std::printf("listening on %s://127.0.0.1:%u (epoll, level, C++)\n", scheme, port);
  std::fflush(stdout);
  std::fprintf(stderr, "edgeloop-floor: %s\n", std::strerror(server->Run()));
  return 1;
}

int ServeDatagrams() {
  uint16_t port = 0;
  const int fd = floor_server::BindDatagrams(&port);
  if (fd < 0) {
    std::fprintf(stderr, "edgeloop-floor: cannot bind: %s\n", std::strerror(-fd));
    return 1;
  }
  std::printf("listening on udp://127.0.0.1:%u (epoll, level, recvmmsg, C++)\n", port);
  std::fflush(stdout);
  std::fprintf(stderr, "edgeloop-floor: %s\n", std::strerror(floor_server::EchoDatagrams(fd)));
  return 1;
}

floor_server::Page PageOf(const std::string& type, const std::string& body) {
  return {"Content-Type: " + type + "\r\n", body};
}

int ServeFile(const char* name) {
  const int fd = open(name, O_RDONLY | O_CLOEXEC);
  struct stat status{};
  if (fd < 0 || fstat(fd, &status) != 0) {
    std::fprintf(stderr, "edgeloop-floor: %s: %s\n", name, std::strerror(errno));
    return 1;
  }
  return Serve("http", floor_server::File(fd, static_cast<size_t>(status.st_size)));
}

// DESCRIPTORS ACTIVE SECONDS WARMUP
int Ready(char** words) {
  floor_server::ReadyPlan plan;
  plan.descriptors = static_cast<uint32_t>(std::strtoul(words[0], nullptr, 10));
  plan.active = static_cast<uint32_t>(std::strtoul(words[1], nullptr, 10));
  plan.seconds = std::strtod(words[2], nullptr);
  plan.warmup = std::strtod(words[3], nullptr);
  if (plan.active == 0 || plan.active >= plan.descriptors) {
    std::fprintf(stderr, "edgeloop-floor: ACTIVE must be from 1 to DESCRIPTORS - 1\n");
    return 2;
  }
  const int error = floor_server::WatchReady(plan);
  if (error != 0) std::fprintf(stderr, "edgeloop-floor: %s\n", std::strerror(error));
  return error == 0 ? 0 : 1;
}

// PIPES ACTIVE WRITES SECONDS WARMUP
int Ring(int count, char** words) {
  ring::Plan plan;
  return ring::ParsePlan(count, words, "edgeloop-floor", &plan) ? floor_server::WatchRing(plan) : 2;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "ready" && argc == 6) return Ready(argv + 2);
  if (mode == "ring") return Ring(argc - 2, argv + 2);
  if (mode == "echo") return Serve("tcp", floor_server::Echo());
  if (mode == "udp") return ServeDatagrams();
  if (mode == "http-file" && argc == 3) return ServeFile(argv[2]);
  const std::string type = argc == 4 ? argv[2] : "text/plain";
  const std::string body = argc == 4 ? argv[3] : "Hello, World!";
  if (mode == "http") return Serve("http", floor_server::Hello(PageOf(type, body)));
  if (mode == "http-close") return Serve("http", floor_server::HelloAndGoodbye(PageOf(type, body)));
  std::fprintf(stderr,
               "usage: edgeloop-floor echo|udp\n"
               "       edgeloop-floor http|http-close [TYPE BODY]\n"
               "       edgeloop-floor http-file FILE\n"
               "       edgeloop-floor ready DESCRIPTORS ACTIVE SECONDS WARMUP\n"
               "       edgeloop-floor ring PIPES ACTIVE WRITES SECONDS WARMUP\n");
  return 2;
}
