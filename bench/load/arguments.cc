#include "arguments.h"

#include <arpa/inet.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>

namespace load {

const char kUsage[] =
    "edgeloop-load echo|http|udp --target 127.0.0.1:PORT [options]\n"
    "edgeloop-load percentiles < nanoseconds, one a line\n"
    "\n"
    "Puts load on a server on this machine, checks every answer, and prints one line of JSON.\n"
    "\n"
    "  --target HOST:PORT   an address in 127.0.0.0/8 or [::1]; any other is refused\n"
    "  --connections N      that talk (64)\n"
    "  --idle N             further ones that only stay open (0)\n"
    "  --size BYTES         of an echo message (64)\n"
    "  --pipeline N         messages sent together per connection (1)\n"
    "  --rate N             messages a second over all connections; without it each connection\n"
    "                       sends as soon as it has its answer\n"
    "  --duration SECONDS   measured (1)\n"
    "  --warmup SECONDS     before that, not measured (0.1)\n"
    "  --timeout SECONDS    for a connection to stand and for each answer (5)\n"
    "  --path PATH          of HTTP requests (/)\n"
    "  --header LINE        a further line of their heads; as often as wanted\n"
    "  --close              ask the server to end the connection behind its answer; with --churn\n"
    "  --expect-length N    of every HTTP body\n"
    "  --expect-text TEXT   that every HTTP body must be\n"
    "  --expect-file FILE   that every HTTP body must be, byte for byte\n"
    "  --churn              a new connection for every message: connect, one round trip, end\n"
    "  --once               open all connections, then one message on each: the server's memory "
    "before,\n"
    "                       between and after; needs --pid\n"
    "  --sources N          addresses to connect from (127.1.0.1 on), where one has too few ports\n"
    "  --receive-buffer N   bytes that each connection can have waiting, for good (the kernel lets "
    "it\n"
    "                       grow); more than net.core.rmem_max needs CAP_NET_ADMIN\n"
    "  --gates              says \"gate open\" on stderr once all connections are open, and\n"
    "                       \"gate heard\" once all answers are, and waits for a line on stdin\n"
    "  --pid N              report this process's CPU time and memory during the window\n"
    "  --tree               and of all its descendants, the memory that they share counted in "
    "parts (Pss)\n"
    "  --greet              begin with the warm-up only once every connection has had an answer\n"
    "  --progress           a line a second on stderr\n"
    "\n"
    "udp: --connections sockets, each with --pipeline datagrams of --size bytes (16 to 65507) "
    "under\n"
    "way; one without an answer within --timeout is lost, which is counted, and replaced.\n";

namespace {

bool Number(const std::string& name, const char* text, double min, double max, double* out,
            std::string* error) {
  char* end = nullptr;
  const double value = std::strtod(text, &end);
  if (end == text || *end != '\0' || !std::isfinite(value) || value < min || value > max) {
    *error = name + " must be a number from " + std::to_string(static_cast<int64_t>(min)) + " to " +
             std::to_string(static_cast<int64_t>(max)) + ", not \"" + text + "\"";
    return false;
  }
  *out = value;
  return true;
}

template <typename T>
bool Count(const std::string& name, const char* text, double min, double max, T* out,
           std::string* error) {
  double value = 0;
  if (!Number(name, text, min, max, &value, error)) return false;
  if (value != std::floor(value)) {
    *error = name + " must be a whole number, not \"" + text + "\"";
    return false;
  }
  *out = static_cast<T>(value);
  return true;
}

bool Seconds(const std::string& name, const char* text, int64_t* out, std::string* error) {
  double value = 0;
  if (!Number(name, text, 0, 3600, &value, error)) return false;
  *out = static_cast<int64_t>(value * 1e9);
  return true;
}

// Characters that would end a line or a field, or begin another request.
bool Printable(const std::string& text, char first) {
  for (const char character : text)
    if (character < first || character == 0x7f) return false;
  return true;
}

bool Path(const std::string& text, std::string* out, std::string* error) {
  if (text.empty() || text[0] != '/' || !Printable(text, '!')) {
    *error = "--path must begin with / and hold no space, not \"" + text + "\"";
    return false;
  }
  *out = text;
  return true;
}

bool Header(const std::string& text, std::string* out, std::string* error) {
  const size_t colon = text.find(':');
  if (colon == 0 || colon == std::string::npos || !Printable(text, ' ')) {
    *error = "--header must be \"Name: value\", not \"" + text + "\"";
    return false;
  }
  *out += text + "\r\n";
  return true;
}

bool ExpectText(const std::string& text, HttpBodyRule* out) {
  out->bytes = text;
  out->length = static_cast<int64_t>(text.size());
  return true;
}

bool ExpectFile(const std::string& name, HttpBodyRule* out, std::string* error) {
  std::ifstream file(name, std::ios::binary);
  out->bytes.assign(std::istreambuf_iterator<char>(file), {});
  if (!file.is_open() || file.bad()) {
    *error = "--expect-file: cannot read \"" + name + "\"";
    return false;
  }
  out->length = static_cast<int64_t>(out->bytes.size());
  return true;
}

bool Option(const std::string& name, const char* text, Arguments* out, std::string* error) {
  if (name == "--target") return ParseTarget(text, &out->target, error);
  if (name == "--connections") return Count(name, text, 1, 1e6, &out->connections, error);
  if (name == "--idle") return Count(name, text, 0, 1e6, &out->idle, error);
  if (name == "--size") return Count(name, text, 1, 1 << 24, &out->size, error);
  if (name == "--pipeline") return Count(name, text, 1, 1024, &out->pipeline, error);
  if (name == "--rate") return Number(name, text, 1, 1e7, &out->rate, error);
  if (name == "--duration") return Seconds(name, text, &out->duration_ns, error);
  if (name == "--warmup") return Seconds(name, text, &out->warmup_ns, error);
  if (name == "--timeout") return Seconds(name, text, &out->timeout_ns, error);
  if (name == "--path") return Path(text, &out->request.path, error);
  if (name == "--header") return Header(text, &out->request.headers, error);
  if (name == "--expect-length") return Count(name, text, 0, 1e12, &out->body.length, error);
  if (name == "--expect-text") return ExpectText(text, &out->body);
  if (name == "--expect-file") return ExpectFile(text, &out->body, error);
  if (name == "--receive-buffer")
    return Count(name, text, 4096, 1 << 30, &out->receive_buffer, error);
  if (name == "--sources") return Count(name, text, 0, 250, &out->sources, error);
  if (name == "--pid") return Count(name, text, 1, 1 << 30, &out->pid, error);
  *error = "unknown option " + name;
  return false;
}

bool* Flag(const std::string& name, Arguments* out) {
  if (name == "--progress") return &out->progress;
  if (name == "--churn") return &out->churn;
  if (name == "--once") return &out->once;
  if (name == "--gates") return &out->gates;
  if (name == "--close") return &out->request.close;
  if (name == "--tree") return &out->tree;
  if (name == "--greet") return &out->greet;
  return nullptr;
}

bool ModeOf(const std::string& word, Mode* out, std::string* error) {
  if (word == "echo")
    *out = Mode::kEcho;
  else if (word == "http")
    *out = Mode::kHttp;
  else if (word == "udp")
    *out = Mode::kUdp;
  else if (word == "percentiles")
    *out = Mode::kPercentiles;
  else
    *error = "the first word must be echo, http, udp or percentiles, not \"" + word + "\"";
  return error->empty();
}

// A datagram begins with what it is an answer to, and has to fit into one IPv4 packet.
constexpr uint32_t kLeastDatagram = 16;
constexpr uint32_t kLargestDatagram = 65507;

std::string UdpContradiction(const Arguments& given) {
  if (given.size < kLeastDatagram || given.size > kLargestDatagram)
    return "udp needs --size from " + std::to_string(kLeastDatagram) + " to " +
           std::to_string(kLargestDatagram);
  if (given.rate > 0 || given.idle > 0 || given.churn || given.once)
    return "udp goes without --rate, --idle, --churn and --once";
  return "";
}

// What is missing or does not go together; empty when nothing is.
std::string Contradiction(const Arguments& given) {
  if (given.mode != Mode::kPercentiles && given.target.length == 0) return "--target is missing";
  if (given.rate > 0 && given.pipeline > 1) return "--rate needs --pipeline 1";
  if (given.duration_ns == 0) return "--duration must be more than 0";
  if (given.timeout_ns == 0) return "--timeout must be more than 0";
  if (given.sources > 0 && given.target.address.ss_family != AF_INET)
    return "--sources needs an IPv4 target";
  if (given.request.close && (given.mode != Mode::kHttp || !given.churn))
    return "--close goes with http and --churn";
  if (given.receive_buffer > 0 && (given.mode == Mode::kUdp || given.churn))
    return "--receive-buffer goes without udp and --churn";
  if (given.mode == Mode::kUdp) return UdpContradiction(given);
  const bool plain = given.rate == 0 && given.pipeline == 1;
  if (given.churn && (!plain || given.idle > 0 || given.once))
    return "--churn goes without --rate, --pipeline, --idle and --once";
  if (given.once && !plain) return "--once goes without --rate and --pipeline";
  if (given.once && given.pid == 0) return "--once needs --pid";
  if (given.greet && (given.rate > 0 || given.churn || given.once))
    return "--greet goes without --rate, --churn and --once";
  if (given.tree && given.pid == 0) return "--tree needs --pid";
  return "";
}

}  // namespace

bool ParseArguments(int argc, char** argv, Arguments* out, std::string* error) {
  error->clear();
  if (argc < 2) {
    *error = "the first word must be echo, http, udp or percentiles";
    return false;
  }
  if (!ModeOf(argv[1], &out->mode, error)) return false;
  for (int index = 2; index < argc; index += 1) {
    const std::string name = argv[index];
    if (bool* flag = Flag(name, out); flag != nullptr) {
      *flag = true;
      continue;
    }
    if (index + 1 == argc) {
      *error = name + " needs a value";
      return false;
    }
    index += 1;
    if (!Option(name, argv[index], out, error)) return false;
  }
  *error = Contradiction(*out);
  return error->empty();
}

uint32_t Arguments::SourceOf(uint32_t connection) const {
  constexpr uint32_t kFirst = 0x7f010001;
  return sources == 0 ? 0 : htonl(kFirst + connection % sources);
}

}  // namespace load
