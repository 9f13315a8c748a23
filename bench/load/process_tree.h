#pragma once

#include <sys/types.h>

#include <vector>

#include "process.h"

namespace load {

// A process and all its descendants, as they are now: what they have used so far, summed up. Their
// memory is `rss_bytes` only once AddMemory has read it, which takes longer: pages that they share,
// with each other or with anybody else, count in parts (Pss).
class ProcessTree {
 public:
  explicit ProcessTree(pid_t root);
  ProcessUsage Read() const;
  void AddMemory(ProcessUsage* usage) const;

 private:
  std::vector<pid_t> pids_;
};

}  // namespace load
