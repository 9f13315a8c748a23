#include "output.h"

#include <cstdio>
#include <string>

#include "histogram.h"

namespace load {
namespace {

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (character == '"' || character == '\\') {
      quoted += '\\';
      quoted += character;
    } else if (byte < 0x20 || byte >= 0x7f) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", byte);
      quoted += escaped;
    } else {
      quoted += character;
    }
  }
  return quoted + '"';
}

double Microseconds(int64_t ns) {
  return static_cast<double>(ns) / 1e3;
}

// Where a curve of percentiles has its points: closer and closer to 100.
constexpr double kCurve[] = {0,  5,  10, 15, 20, 25,   30,    35,   40,    45,
                             50, 55, 60, 65, 70, 75,   80,    85,   90,    92.5,
                             95, 96, 97, 98, 99, 99.5, 99.75, 99.9, 99.95, 99.99};

void PrintLatency(const Histogram& latency) {
  std::printf(
      "\"latencyUs\":{\"count\":%llu,\"min\":%.3f,\"mean\":%.3f,\"p50\":%.3f,\"p90\":%.3f,"
      "\"p99\":%.3f,\"p999\":%.3f,\"max\":%.3f,\"percentiles\":[",
      static_cast<unsigned long long>(latency.count()), Microseconds(latency.min()),
      latency.mean() / 1e3, Microseconds(latency.Percentile(50)),
      Microseconds(latency.Percentile(90)), Microseconds(latency.Percentile(99)),
      Microseconds(latency.Percentile(99.9)), Microseconds(latency.max()));
  const char* separator = "";
  for (const double percent : kCurve) {
    if (latency.count() == 0) break;
    const int64_t ns = percent == 0 ? latency.min() : latency.Percentile(percent);
    std::printf("%s[%g,%.3f]", separator, percent, Microseconds(ns));
    separator = ",";
  }
  std::printf("]}");
}

void PrintFaults(const Tally& faults) {
  std::printf("\"faults\":{\"total\":%llu,\"first\":%s,\"counts\":{",
              static_cast<unsigned long long>(faults.total()), Quoted(faults.first()).c_str());
  const char* separator = "";
  for (int index = 1; index < static_cast<int>(Fault::kCount); index += 1) {
    const auto fault = static_cast<Fault>(index);
    if (faults.count(fault) == 0) continue;
    std::printf("%s\"%s\":%llu", separator, FaultName(fault),
                static_cast<unsigned long long>(faults.count(fault)));
    separator = ",";
  }
  std::printf("}}");
}

void PrintServer(const ProcessUsage& begin, const ProcessUsage& end) {
  if (!begin.known || !end.known) {
    std::printf("\"server\":null");
    return;
  }
  const auto difference = [](int64_t from, int64_t to) {
    return static_cast<long long>(to - from);
  };
  std::printf(
      "\"server\":{\"cpuUs\":%.3f,\"userTicks\":%lld,\"sysTicks\":%lld,\"rssBytes\":%lld,"
      "\"voluntarySwitches\":%lld,\"involuntarySwitches\":%lld}",
      Microseconds(end.cpu_ns - begin.cpu_ns), difference(begin.user_ticks, end.user_ticks),
      difference(begin.sys_ticks, end.sys_ticks), static_cast<long long>(end.rss_bytes),
      difference(begin.voluntary_switches, end.voluntary_switches),
      difference(begin.involuntary_switches, end.involuntary_switches));
}

}  // namespace

void PrintResult(const Arguments& arguments, const Result& result) {
  std::printf("{\"target\":%s,\"connected\":%u,\"idle\":%u,\"windowSeconds\":%.6f,",
              Quoted(arguments.target.text).c_str(), result.connected, result.idle,
              static_cast<double>(result.window_ns) / 1e9);
  std::printf(
      "\"answers\":%llu,\"heard\":%llu,\"bytes\":%llu,\"bodyBytes\":%llu,\"due\":%llu,"
      "\"loadCpuUs\":%.3f,",
      static_cast<unsigned long long>(result.answers),
      static_cast<unsigned long long>(result.heard), static_cast<unsigned long long>(result.bytes),
      static_cast<unsigned long long>(result.body_bytes),
      static_cast<unsigned long long>(result.due), Microseconds(result.own_cpu_ns));
  if (arguments.receive_buffer > 0) std::printf("\"receiveBuffer\":%d,", result.receive_buffer);
  if (arguments.mode == Mode::kUdp)
    std::printf("\"lost\":%llu,\"late\":%llu,", static_cast<unsigned long long>(result.lost),
                static_cast<unsigned long long>(result.late));
  PrintLatency(result.latency);
  std::printf(",");
  PrintFaults(result.faults);
  std::printf(",");
  PrintServer(result.server_begin, result.server_end);
  if (arguments.once)
    std::printf(",\"memory\":{\"before\":%lld,\"open\":%lld,\"answered\":%lld}",
                static_cast<long long>(result.memory_before),
                static_cast<long long>(result.memory_open),
                static_cast<long long>(result.memory_answered));
  std::printf("}\n");
}

void PrintPercentiles() {
  Histogram histogram;
  long long value = 0;
  while (std::scanf("%lld", &value) == 1) histogram.Record(value);
  std::printf("{");
  PrintLatency(histogram);
  std::printf("}\n");
}

}  // namespace load
