#include "reactor/turner.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "sys/call.h"

namespace edgeloop {

namespace {

// Beyond this a wait is for ever; added to the clock it does not overflow.
constexpr int64_t kLongestWaitNs = INT64_MAX / 2;
// How long a wait goes on before it is asked whether anyone still wants to know.
constexpr int64_t kSliceNs = 100'000'000;

}  // namespace

Turner::Turner(std::unique_ptr<Multiplexer> multiplexer)
    : multiplexer_(std::move(multiplexer)),
      records_block_(kRecords * sizeof(Record)),
      state_block_(kStateSize * sizeof(int32_t)),
      records_(reinterpret_cast<Record*>(records_block_.data())),
      batch_(kBatch) {}

Turner::Entry* Turner::Find(int fd) {
  if (fd < 0 || static_cast<size_t>(fd) >= entries_.size()) return nullptr;
  Entry* entry = &entries_[fd];
  return entry->token == 0 ? nullptr : entry;
}

int64_t Turner::Add(int fd, uint32_t events, bool once, PlaneKind plane, int32_t index) {
  // select and poll would find out only in the wait, and select for all descriptors at once.
  if (plane == PlaneKind::kNone && ::fcntl(fd, F_GETFD) < 0) return -errno;
  if (Find(fd) != nullptr) return -EEXIST;
  if (!entries_.Reserve(static_cast<size_t>(fd) + 1)) return -ENOMEM;
  bool in_kernel = once && multiplexer_->supports().oneshot;
  uint32_t all = events | (in_kernel ? EPOLLONESHOT : 0u);
  // Positive also as JavaScript sees it; 0 stands for none.
  uint32_t token = last_token_ == INT32_MAX ? 1 : last_token_ + 1;
  int result = multiplexer_->Add(fd, all, token);
  if (result < 0) return result;
  last_token_ = token;
  entries_[fd] = Entry{token, events, index, plane, once, false, false};
  if (index != kOutside) registered_++;
  return token;
}

int Turner::Modify(int fd, uint32_t events) {
  Entry* entry = Find(fd);
  if (entry == nullptr) return -ENOENT;
  uint32_t all = events;
  if (entry->once && multiplexer_->supports().oneshot) all |= EPOLLONESHOT;
  int result;
  if (entry->absent) {
    result = multiplexer_->Add(fd, all, entry->token);
  } else if (((events | entry->events) & EPOLLEXCLUSIVE) != 0) {
    // The kernel does not modify an exclusive one (epoll_ctl(2)): out and in again.
    result = multiplexer_->Remove(fd);
    if (result == 0) {
      result = multiplexer_->Add(fd, all, entry->token);
      if (result < 0) entry->absent = true;
    }
  } else {
    result = multiplexer_->Modify(fd, all, entry->token);
  }
  if (result < 0) return result;
  entry->events = events;
  entry->fired = false;
  entry->absent = false;
  return 0;
}

int Turner::Remove(int fd) {
  return Drop(fd, false);
}

void Turner::Forget(int fd) {
  Drop(fd, true);
}

int Turner::Drop(int fd, bool closing) {
  Entry* entry = Find(fd);
  if (entry == nullptr) return -ENOENT;
  // A descriptor closed before has left epoll's set by itself: EBADF, or ENOENT where the number
  // has a new owner. Neither leaves anything to undo.
  if (!entry->absent) {
    if (closing) {
      multiplexer_->Forget(fd);
    } else {
      multiplexer_->Remove(fd);
    }
  }
  if (entry->index != kOutside) registered_--;
  *entry = Entry{};
  return 0;
}

bool Turner::Owns(int fd, uint32_t token) {
  Entry* entry = Find(fd);
  return entry != nullptr && entry->token == token;
}

void Turner::Evict(int fd) {
  Entry* entry = Find(fd);
  if (entry == nullptr || entry->index == kOutside) return;
  if (entry->plane != PlaneKind::kNone) {
    planes_[static_cast<size_t>(entry->plane)]->OnReady(entry->index, POLLNVAL);
    return;
  }
  lost_.push_back(Record{kLost, entry->index, static_cast<int32_t>(entry->token), 0});
  Remove(fd);
}

bool Turner::Pending() const {
  if (queue_head_ < queue_.size() || !lost_.empty()) return true;
  for (const Plane* plane : planes_) {
    if (plane != nullptr && plane->Pending()) return true;
  }
  return false;
}

void Turner::Revisit(int fd, uint32_t events) {
  Entry* entry = Find(fd);
  if (entry != nullptr) queue_.push_back(Ready{fd, events, entry->token});
}

bool Turner::Deliver(const Ready& ready) {
  Entry* entry = Find(ready.fd);
  // Meant for an earlier owner of the number, or fired already in this batch.
  if (entry == nullptr || entry->token != ready.token || entry->fired) return true;
  if (entry->index == kOutside) {
    outside_ready_ = true;
    return true;
  }
  if (entry->plane != PlaneKind::kNone) {
    Plane* plane = planes_[static_cast<size_t>(entry->plane)];
    Outcome outcome = plane->OnReady(entry->index, ready.events);
    if (outcome == Outcome::kMore) Revisit(ready.fd, ready.events);
    return outcome != Outcome::kNoRoom;
  }
  if (!HasRoom(1)) return false;
  Push(kReady, entry->index, static_cast<int32_t>(ready.events),
       static_cast<int32_t>(entry->token));
  if (entry->once) {
    entry->fired = true;
    // Where the kernel has no one-shot, interest ends here; a hang-up is announced regardless of
    // interest, so the descriptor leaves the set altogether.
    if (!multiplexer_->supports().oneshot) {
      multiplexer_->Remove(ready.fd);
      entry->absent = true;
    }
  } else if ((entry->events & (EPOLLIN | EPOLLOUT | EPOLLPRI)) == 0 ||
             (ready.events & POLLNVAL) != 0) {
    // A paused descriptor is told of its hang-up once, a dead one of its death; the kernel would
    // repeat either in every wait.
    multiplexer_->Remove(ready.fd);
    entry->absent = true;
  }
  return true;
}

// select(2) fails as a whole where one descriptor was closed without being removed. Each such one
// is reported as poll(2) would, and taken out of the set.
int Turner::DeliverDead() {
  int found = 0;
  for (size_t fd = 0; fd < entries_.size() && HasRoom(1); fd++) {
    const Entry& entry = entries_[fd];
    int number = static_cast<int>(fd);
    if (entry.token == 0 || entry.absent || ::fcntl(number, F_GETFD) >= 0) continue;
    Deliver(Ready{number, POLLNVAL, entry.token});
    found++;
  }
  return found;
}

void Turner::DeliverLost() {
  size_t told = 0;
  for (; told < lost_.size() && HasRoom(1); told++) records_[used_++] = lost_[told];
  lost_.erase(lost_.begin(), lost_.begin() + static_cast<std::ptrdiff_t>(told));
}

// One pass over what stood in the queue when the turn began; what is queued meanwhile waits its
// turn.
bool Turner::DeliverQueued() {
  size_t end = queue_.size();
  while (queue_head_ < end) {
    Ready ready = queue_[queue_head_];
    if (!Deliver(ready)) return false;
    queue_head_++;
  }
  queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(queue_head_));
  queue_head_ = 0;
  return true;
}

void Turner::Harvest() {
  for (Plane* plane : planes_) {
    if (plane != nullptr) plane->Harvest();
  }
}

int64_t Turner::DueNs() const {
  int64_t due_ns = -1;
  for (const Plane* plane : planes_) {
    int64_t own_ns = plane == nullptr ? -1 : plane->DueNs();
    if (own_ns >= 0 && (due_ns < 0 || own_ns < due_ns)) due_ns = own_ns;
  }
  return due_ns;
}

int Turner::Wait(int64_t timeout_ns, Wanted wanted, void* context) {
  if (timeout_ns == 0) return multiplexer_->Wait(batch_.data(), kBatch, 0);
  const int64_t begun_ns = MonotonicNs();
  const int64_t end_ns = timeout_ns < 0 ? -1 : begun_ns + std::min(timeout_ns, kLongestWaitNs);
  int64_t now_ns = begun_ns;
  int count;
  for (;;) {
    int64_t until_ns = end_ns;
    int64_t due_ns = DueNs();
    if (due_ns >= 0 && (until_ns < 0 || due_ns < until_ns)) until_ns = due_ns;
    if (wanted != nullptr && (until_ns < 0 || now_ns + kSliceNs < until_ns)) {
      until_ns = now_ns + kSliceNs;
    }
    int64_t left_ns = until_ns < 0 ? -1 : std::max<int64_t>(until_ns - now_ns, 0);
    count = multiplexer_->Wait(batch_.data(), kBatch, left_ns);
    now_ns = MonotonicNs();
    if (count != 0 || until_ns == end_ns) break;
    if (wanted != nullptr && !wanted(context)) break;
    if (due_ns >= 0 && now_ns >= due_ns) Harvest();
    if (used_ > 0) break;
  }
  stats_.wait_ns += static_cast<uint64_t>(now_ns - begun_ns);
  return count;
}

int Turner::Turn(int64_t timeout_ns, Wanted wanted, void* context) {
  stats_.turns++;
  outside_ready_ = false;
  Flush();
  used_ = 0;
  if (Pending()) timeout_ns = 0;
  if (!lost_.empty()) DeliverLost();
  Harvest();
  if (used_ > 0) timeout_ns = 0;
  // Where the pass does not come to its end, the kernel's news wait until it has.
  bool passed = queue_head_ == queue_.size() || DeliverQueued();
  if (passed && HasRoom(1)) {
    int count = Wait(timeout_ns, wanted, context);
    if (count == -EBADF && DeliverDead() > 0) count = 0;
    if (count < 0) return used_ > 0 ? used_ : count;
    for (int i = 0; i < count; i++) {
      if (!Deliver(batch_[i])) {
        queue_.insert(queue_.end(), batch_.begin() + i, batch_.begin() + count);
        break;
      }
    }
  }
  stats_.events += static_cast<uint64_t>(used_);
  return used_;
}

}  // namespace edgeloop
