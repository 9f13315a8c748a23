#include "arguments.h"

#include <arpa/inet.h>

#include <cmath>
#include <cstdlib>
#include <limits>

namespace load {

const char kUsage[] =
    "edgeloop-load echo|http --target 127.0.0.1:PORT [options]\n"
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
    "  --expect-length N    of every HTTP body\n"
    "  --churn              a new connection for every message: connect, one round trip, end\n"
    "  --once               open all connections, then one message on each: the server's memory "
    "before,\n"
    "                       between and after; needs --pid\n"
    "  --sources N          addresses to connect from (127.1.0.1 on), where one has too few ports\n"
    "  --pid N              report this process's CPU time and memory during the window\n"
    "  --tree               and of all its descendants, the memory that they share counted in "
    "parts (Pss)\n"
    "  --greet              begin with the warm-up only once every connection has had an answer\n"
    "  --progress           a line a second on stderr\n";

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
  if (name == "--expect-length") return Count(name, text, 0, 1e12, &out->expected_length, error);
  if (name == "--sources") return Count(name, text, 0, 250, &out->sources, error);
  if (name == "--pid") return Count(name, text, 1, 1 << 30, &out->pid, error);
  *error = "unknown option " + name;
  return false;
}

bool* Flag(const std::string& name, Arguments* out) {
  if (name == "--progress") return &out->progress;
  if (name == "--churn") return &out->churn;
  if (name == "--once") return &out->once;
  if (name == "--tree") return &out->tree;
  if (name == "--greet") return &out->greet;
  return nullptr;
}

bool ModeOf(const std::string& word, Mode* out, std::string* error) {
  if (word == "echo")
    *out = Mode::kEcho;
  else if (word == "http")
    *out = Mode::kHttp;
  else if (word == "percentiles")
    *out = Mode::kPercentiles;
  else
    *error = "the first word must be echo, http or percentiles, not \"" + word + "\"";
  return error->empty();
}

// What is missing or does not go together; empty when nothing is.
std::string Contradiction(const Arguments& given) {
  if (given.mode != Mode::kPercentiles && given.target.length == 0) return "--target is missing";
  if (given.rate > 0 && given.pipeline > 1) return "--rate needs --pipeline 1";
  if (given.duration_ns == 0) return "--duration must be more than 0";
  if (given.timeout_ns == 0) return "--timeout must be more than 0";
  if (given.sources > 0 && given.target.address.ss_family != AF_INET)
    return "--sources needs an IPv4 target";
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
    *error = "the first word must be echo, http or percentiles";
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
