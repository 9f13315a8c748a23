#include "histogram.h"

#include <algorithm>
#include <cmath>

namespace load {
namespace {

constexpr unsigned kHalfBits = 7;  // 128 buckets for each power of two
constexpr size_t kHalf = size_t{1} << kHalfBits;
constexpr unsigned kHighestBit = 42;  // 2^42 ns: 73 minutes
constexpr size_t kBuckets = (kHighestBit - kHalfBits + 1) * kHalf + kHalf;

}  // namespace

Histogram::Histogram() : counts_(kBuckets, 0) {}

size_t Histogram::BucketOf(uint64_t value) {
  if (value < 2 * kHalf) return static_cast<size_t>(value);
  const unsigned highest = 63U - static_cast<unsigned>(__builtin_clzll(value));
  const unsigned shift = highest - kHalfBits;
  const size_t bucket = shift * kHalf + static_cast<size_t>(value >> shift);
  return std::min(bucket, kBuckets - 1);
}

uint64_t Histogram::EndOf(size_t bucket) {
  if (bucket < 2 * kHalf) return bucket;
  const size_t shift = bucket / kHalf - 1;
  const uint64_t top = bucket - shift * kHalf;
  return ((top + 1) << shift) - 1;
}

void Histogram::Record(int64_t ns) {
  const int64_t value = std::max<int64_t>(ns, 0);
  counts_[BucketOf(static_cast<uint64_t>(value))] += 1;
  min_ = count_ == 0 ? value : std::min(min_, value);
  max_ = std::max(max_, value);
  sum_ += static_cast<double>(value);
  count_ += 1;
}

int64_t Histogram::Percentile(double percent) const {
  if (count_ == 0) return 0;
  const double wanted = std::ceil(percent / 100.0 * static_cast<double>(count_));
  const uint64_t rank = std::clamp<uint64_t>(static_cast<uint64_t>(wanted), 1, count_);
  uint64_t seen = 0;
  for (size_t bucket = 0; bucket < counts_.size(); bucket += 1) {
    seen += counts_[bucket];
    if (seen >= rank) return std::min(static_cast<int64_t>(EndOf(bucket)), max_);
  }
  return max_;
}

}  // namespace load
