#include "ring.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

namespace ring {
namespace {

// More than ever lies in one pipe: what fills less has emptied it, which edge triggering asks for.
constexpr size_t kMostBytes = 64;

double Now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double Micros(const timeval& from, const timeval& to) {
  return static_cast<double>(to.tv_sec - from.tv_sec) * 1e6 +
         static_cast<double>(to.tv_usec - from.tv_usec);
}

void RaiseLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// A pipe with both directions in one descriptor; -errno where that can't be.
int OpenPipe() {
  int ends[2];
  if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) return -errno;
  const std::string path = "/proc/self/fd/" + std::to_string(ends[0]);
  const int both = open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  const int error = errno;
  close(ends[0]);
  close(ends[1]);
  return both < 0 ? -error : both;
}

}  // namespace

bool ParsePlan(int count, char** words, const char* program, Plan* out) {
  if (count == 5) {
    out->pipes = static_cast<uint32_t>(std::strtoul(words[0], nullptr, 10));
    out->active = static_cast<uint32_t>(std::strtoul(words[1], nullptr, 10));
    out->writes = static_cast<uint32_t>(std::strtoul(words[2], nullptr, 10));
    out->seconds = std::strtod(words[3], nullptr);
    out->warmup = std::strtod(words[4], nullptr);
    if (out->active > 0 && out->active <= out->pipes && out->seconds > 0) return true;
  }
  std::fprintf(stderr, "%s: a ring takes PIPES ACTIVE WRITES SECONDS WARMUP, ACTIVE from 1 on\n",
               program);
  return false;
}

Ring::Ring(const Plan& plan) : plan_(plan) {
  fds_.reserve(plan.pipes);
}

Ring::~Ring() {
  for (const int fd : fds_) close(fd);
}

int Ring::Open() {
  RaiseLimit();
  while (fds_.size() < plan_.pipes) {
    const int fd = OpenPipe();
    if (fd < 0) return -fd;
    fds_.push_back(fd);
  }
  return 0;
}

void Ring::Start() {
  begin_ = Now() + plan_.warmup;
  BeginLap();
}

void Ring::BeginLap() {
  left_ = plan_.writes;
  heard_ = 0;
  for (uint64_t number = 0; number < plan_.active; number += 1)
    Pass(static_cast<uint32_t>(number * plan_.pipes / plan_.active));
}

// Every lap has its own byte.
void Ring::Pass(uint32_t index) {
  const auto byte = static_cast<uint8_t>(laps_);
  if (write(fds_[index], &byte, 1) != 1) Fail("a byte was not taken");
}

void Ring::OnReadable(uint32_t index) {
  uint8_t bytes[kMostBytes];
  const ssize_t length = read(fds_[index], bytes, sizeof bytes);
  if (done_) return;
  if (length <= 0) return Fail("an event without a byte");
  events_ += 1;
  bytes_ += static_cast<uint64_t>(length);
  heard_ += static_cast<uint32_t>(length);
  for (ssize_t at = 0; at < length; at += 1) {
    if (bytes[at] != static_cast<uint8_t>(laps_)) return Fail("a byte that nobody sent");
    if (left_ == 0) continue;
    left_ -= 1;
    Pass(index + 1 == plan_.pipes ? 0 : index + 1);
  }
  if (heard_ == plan_.active + plan_.writes) EndLap();
}

void Ring::EndLap() {
  laps_ += 1;
  const double now = Now();
  if (measuring_ && now >= from_.at + plan_.seconds) {
    to_ = Take(now);
    if (!Empty()) return Fail("a byte too many");
    done_ = true;
    return;
  }
  if (!measuring_ && now >= begin_) {
    measuring_ = true;
    from_ = Take(now);
    laps_from_ = laps_;
  }
  BeginLap();
}

bool Ring::Empty() {
  uint8_t byte = 0;
  for (const int fd : fds_)
    if (read(fd, &byte, 1) != -1 || errno != EAGAIN) return false;
  return true;
}

Ring::Usage Ring::Take(double now) const {
  Usage usage;
  usage.at = now;
  usage.events = events_;
  usage.bytes = bytes_;
  getrusage(RUSAGE_SELF, &usage.resources);
  return usage;
}

void Ring::Fail(const char* fault) {
  if (fault_ == nullptr) fault_ = fault;
  done_ = true;
}

int Ring::Report(const char* program) const {
  if (fault_ != nullptr || to_.at <= from_.at) {
    std::fprintf(stderr, "%s: %s\n", program, fault_ == nullptr ? "ended early" : fault_);
    return 1;
  }
  const rusage& before = from_.resources;
  const rusage& after = to_.resources;
  std::printf(
      "{\"events\":%llu,\"bytes\":%llu,\"turns\":%llu,\"seconds\":%.6f,\"userUs\":%.0f,"
      "\"sysUs\":%.0f,\"voluntarySwitches\":%ld,\"involuntarySwitches\":%ld,\"rssBytes\":%ld}\n",
      static_cast<unsigned long long>(to_.events - from_.events),
      static_cast<unsigned long long>(to_.bytes - from_.bytes),
      static_cast<unsigned long long>(laps_ - laps_from_), to_.at - from_.at,
      Micros(before.ru_utime, after.ru_utime), Micros(before.ru_stime, after.ru_stime),
      after.ru_nvcsw - before.ru_nvcsw, after.ru_nivcsw - before.ru_nivcsw, after.ru_maxrss * 1024);
  return 0;
}

std::vector<Slot> SlotsOf(Ring* ring) {
  std::vector<Slot> slots;
  for (uint32_t index = 0; index < ring->fds().size(); index += 1) slots.push_back({ring, index});
  return slots;
}

}  // namespace ring
