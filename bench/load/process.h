#pragma once

#include <sys/types.h>

#include <cstdint>

namespace load {

// What a process has used so far. `cpu_ns` is exact: the kernel's CPU clock of that process, all
// threads, nanoseconds. `user_ticks` and `sys_ticks` (/proc/PID/stat, 10 ms each) only say how the
// kernel shares it out between user and system.
struct ProcessUsage {
  bool known = false;
  int64_t cpu_ns = 0;
  int64_t user_ticks = 0;
  int64_t sys_ticks = 0;
  int64_t rss_bytes = 0;
  int64_t voluntary_switches = 0;  // of all threads
  int64_t involuntary_switches = 0;
};

ProcessUsage ReadProcess(pid_t pid);

// Resident memory in bytes: counted page by page (/proc/PID/smaps_rollup) where that can be read,
// else the kernel's running sum (VmRSS), which is up to 64 pages per thread behind. 0: the process
// is gone.
int64_t ReadMemory(pid_t pid);

// CPU time of this process, in nanoseconds.
int64_t OwnCpuNs();

}  // namespace load
