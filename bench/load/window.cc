#include "window.h"

#include <algorithm>

#include "clock.h"
#include "process_tree.h"

namespace load {

void Window::Start(int64_t now) {
  begin_ns_ = now + arguments_.warmup_ns;
  end_ns_ = begin_ns_ + arguments_.duration_ns;
}

bool Window::Step(int64_t now, bool left) {
  if (!measuring_ && !draining_ && now >= begin_ns_) StartMeasuring();
  if (measuring_ && (now >= end_ns_ || !left)) StopMeasuring();
  return left && (!draining_ || now < end_ns_ + arguments_.timeout_ns);
}

ProcessUsage Window::ReadServer() const {
  return arguments_.tree ? ProcessTree(arguments_.pid).Read() : ReadProcess(arguments_.pid);
}

void Window::StartMeasuring() {
  if (arguments_.pid > 0) result_->server_begin = ReadServer();
  own_cpu_from_ns_ = OwnCpuNs();
  measured_from_ns_ = NowNs();
  measuring_ = true;
}

void Window::StopMeasuring() {
  if (arguments_.pid > 0) result_->server_end = ReadServer();
  result_->own_cpu_ns = OwnCpuNs() - own_cpu_from_ns_;
  result_->window_ns = NowNs() - measured_from_ns_;
  if (arguments_.tree) ProcessTree(arguments_.pid).AddMemory(&result_->server_end);
  measuring_ = false;
  draining_ = true;
}

int64_t Window::NextTime(int64_t now, int64_t latest) const {
  if (draining_) return latest;
  return std::min(latest, now < begin_ns_ ? begin_ns_ : end_ns_);
}

}  // namespace load
