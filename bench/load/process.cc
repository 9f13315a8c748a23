#include "process.h"

#include <dirent.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <ctime>
#include <string>

#include "clock.h"

namespace load {
namespace {

bool ReadFile(pid_t pid, const char* name, std::string* out) {
  const std::string path = "/proc/" + std::to_string(pid) + "/" + name;
  FILE* file = std::fopen(path.c_str(), "re");
  if (file == nullptr) return false;
  char buffer[4096];
  const size_t length = std::fread(buffer, 1, sizeof buffer, file);
  std::fclose(file);
  out->assign(buffer, length);
  return length > 0;
}

// "State" is the third field; the second, the command, may hold spaces and parentheses.
bool ReadTicks(pid_t pid, ProcessUsage* usage) {
  std::string text;
  if (!ReadFile(pid, "stat", &text)) return false;
  const size_t command_end = text.rfind(')');
  if (command_end == std::string::npos) return false;
  long long user = 0;
  long long sys = 0;
  const int fields =
      std::sscanf(text.c_str() + command_end + 1,
                  " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lld %lld", &user, &sys);
  usage->user_ticks = user;
  usage->sys_ticks = sys;
  return fields == 2;
}

int64_t Field(const std::string& text, const char* name) {
  const size_t at = text.find(name);
  long long value = 0;
  if (at == std::string::npos) return 0;
  return std::sscanf(text.c_str() + at + std::strlen(name), " %lld", &value) == 1 ? value : 0;
}

// Of all threads: a server's work may lie in several, and a runtime's helpers switch too.
void AddSwitches(pid_t pid, ProcessUsage* usage) {
  const std::string path = "/proc/" + std::to_string(pid) + "/task";
  DIR* threads = opendir(path.c_str());
  if (threads == nullptr) return;
  while (const dirent* entry = readdir(threads)) {
    std::string status;
    if (entry->d_name[0] == '.') continue;
    // A thread may have ended meanwhile.
    if (!ReadFile(pid, ("task/" + std::string(entry->d_name) + "/status").c_str(), &status))
      continue;
    usage->voluntary_switches += Field(status, "\nvoluntary_ctxt_switches:");
    usage->involuntary_switches += Field(status, "\nnonvoluntary_ctxt_switches:");
  }
  closedir(threads);
}

}  // namespace

ProcessUsage ReadProcess(pid_t pid) {
  ProcessUsage usage;
  clockid_t clock{};
  timespec cpu{};
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &cpu) != 0) return usage;
  usage.cpu_ns = cpu.tv_sec * kSecond + cpu.tv_nsec;
  std::string status;
  if (!ReadTicks(pid, &usage) || !ReadFile(pid, "status", &status)) return usage;
  usage.rss_bytes = Field(status, "\nVmRSS:") * 1024;
  AddSwitches(pid, &usage);
  usage.known = true;
  return usage;
}

int64_t ReadMemory(pid_t pid) {
  std::string text;
  if (ReadFile(pid, "smaps_rollup", &text)) return Field(text, "\nRss:") * 1024;
  return ReadProcess(pid).rss_bytes;
}

int64_t OwnCpuNs() {
  return ReadClockNs(CLOCK_PROCESS_CPUTIME_ID);
}

}  // namespace load
