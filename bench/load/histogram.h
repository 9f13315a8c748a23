#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace load {

// Counts of durations in buckets that grow with the value: 128 to each power of two, so that any
// percentile is off by less than 1% of itself, from a nanosecond to more than an hour, in a fixed
// amount of memory. (The idea is that of Gil Tene's HdrHistogram.) Values that fall below the first
// 256 are exact.
class Histogram {
 public:
  Histogram();

  void Record(int64_t ns);

  uint64_t count() const { return count_; }
  int64_t min() const { return count_ == 0 ? 0 : min_; }
  int64_t max() const { return max_; }
  double mean() const { return count_ == 0 ? 0 : sum_ / static_cast<double>(count_); }

  // The smallest recorded duration that at least `percent` of all did not exceed, rounded up to the
  // end of its bucket and never beyond the maximum. 0 when nothing was recorded.
  int64_t Percentile(double percent) const;

 private:
  static size_t BucketOf(uint64_t value);
  static uint64_t EndOf(size_t bucket);

  std::vector<uint64_t> counts_;
  uint64_t count_ = 0;
  int64_t min_ = 0;
  int64_t max_ = 0;
  double sum_ = 0;
};

}  // namespace load
