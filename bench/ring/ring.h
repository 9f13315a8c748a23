#pragma once

#include <sys/resource.h>

#include <cstdint>
#include <vector>

namespace ring {

// How many pipes, how many bytes under way among them, how often those are passed on in a lap.
struct Plan {
  uint32_t pipes = 0;
  uint32_t active = 0;
  uint32_t writes = 0;
  double seconds = 0;
  double warmup = 0;
};

// PIPES ACTIVE WRITES SECONDS WARMUP. False, with a line for the user on stderr, where they are not
// five or make no ring.
bool ParsePlan(int count, char** words, const char* program, Plan* out);

// The benchmark by which libevent and libev were compared with select and poll. `active` pipes,
// evenly spread, get a byte. Whoever is told that a pipe is readable calls OnReadable, which takes
// the byte and passes it on to the next pipe, until that was done `writes` times: a lap of
// `active + writes` bytes, after which the next one begins at once.
//
// Each pipe is held by one descriptor, open for both directions: ten thousand of them fit within
// the usual limit, and a thousand within what select takes.
class Ring {
 public:
  explicit Ring(const Plan& plan);
  ~Ring();
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  // 0 or an errno.
  int Open();

  // Everything is watched: the first lap begins.
  void Start();

  void OnReadable(uint32_t index);

  // Whether the time is over, or something was wrong.
  bool done() const { return done_; }

  // Prints what was measured as a line of JSON, or what was wrong. The exit code.
  int Report(const char* program) const;

  const std::vector<int>& fds() const { return fds_; }

 private:
  struct Usage {
    double at = 0;
    uint64_t events = 0;
    uint64_t bytes = 0;
    rusage resources{};
  };

  Usage Take(double now) const;
  void BeginLap();
  void EndLap();
  void Pass(uint32_t index);
  void Fail(const char* fault);
  bool Empty();

  Plan plan_;
  std::vector<int> fds_;
  uint64_t laps_ = 0;
  uint32_t left_ = 0;   // of this lap: times that a byte is still passed on
  uint32_t heard_ = 0;  // bytes that were taken
  uint64_t events_ = 0;
  uint64_t bytes_ = 0;
  double begin_ = 0;
  bool measuring_ = false;
  bool done_ = false;
  const char* fault_ = nullptr;
  Usage from_;
  Usage to_;
  uint64_t laps_from_ = 0;
};

// What the callbacks of libraries in C are given.
struct Slot {
  Ring* ring;
  uint32_t index;
};

std::vector<Slot> SlotsOf(Ring* ring);

}  // namespace ring
