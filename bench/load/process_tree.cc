#include "process_tree.h"

#include <dirent.h>

#include <cstdint>
#include <fstream>
#include <string>

namespace load {
namespace {

std::string Path(pid_t pid, const char* name) {
  return "/proc/" + std::to_string(pid) + "/" + name;
}

// Of all threads, since any of them may have started one.
std::vector<pid_t> ChildrenOf(pid_t pid) {
  std::vector<pid_t> children;
  const std::string tasks = Path(pid, "task");
  DIR* directory = opendir(tasks.c_str());
  if (directory == nullptr) return children;
  while (const dirent* entry = readdir(directory)) {
    std::ifstream file(tasks + "/" + entry->d_name + "/children");
    for (pid_t child = 0; file >> child;) children.push_back(child);
  }
  closedir(directory);
  return children;
}

// 0: the process is gone.
int64_t ReadPss(pid_t pid) {
  std::ifstream file(Path(pid, "smaps_rollup"));
  std::string word;
  int64_t kilobytes = 0;
  while (file >> word)
    if (word == "Pss:" && file >> kilobytes) return kilobytes * 1024;
  return 0;
}

}  // namespace

ProcessTree::ProcessTree(pid_t root) : pids_{root} {
  for (size_t index = 0; index < pids_.size(); index += 1)
    for (const pid_t child : ChildrenOf(pids_[index])) pids_.push_back(child);
}

ProcessUsage ProcessTree::Read() const {
  ProcessUsage sum = ReadProcess(pids_[0]);
  for (size_t index = 1; index < pids_.size(); index += 1) {
    const ProcessUsage one = ReadProcess(pids_[index]);
    sum.cpu_ns += one.cpu_ns;
    sum.user_ticks += one.user_ticks;
    sum.sys_ticks += one.sys_ticks;
    sum.voluntary_switches += one.voluntary_switches;
    sum.involuntary_switches += one.involuntary_switches;
  }
  return sum;
}

void ProcessTree::AddMemory(ProcessUsage* usage) const {
  usage->rss_bytes = 0;
  for (const pid_t pid : pids_) usage->rss_bytes += ReadPss(pid);
}

}  // namespace load
