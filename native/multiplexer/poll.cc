#include "multiplexer/poll.h"

#include <cerrno>
#include <limits>

#include "sys/readiness.h"

namespace edgeloop {

int Poll::Add(int fd, uint32_t events, uint32_t token) {
  if (Has(fd)) return -EEXIST;
  if (size_ == std::numeric_limits<int32_t>::max() || !entries_.Reserve(size_ + 1) ||
      !tokens_.Reserve(size_ + 1) || !slots_.Insert(fd, static_cast<int32_t>(size_))) {
    return -ENOMEM;
  }
  entries_[size_] = {fd, static_cast<short>(events), 0};
  tokens_[size_] = token;
  size_++;
  return 0;
}

int Poll::Modify(int fd, uint32_t events, uint32_t token) {
  int32_t slot = slots_.Find(fd);
  if (slot == DescriptorIndex::kAbsent) return -ENOENT;
  entries_[slot].events = static_cast<short>(events);
  tokens_[slot] = token;
  return 0;
}

int Poll::Remove(int fd) {
  int32_t found = slots_.Find(fd);
  if (found == DescriptorIndex::kAbsent) return -ENOENT;
  slots_.Erase(fd);
  size_t gap = static_cast<size_t>(found);
  size_--;
  // The last entry fills the gap. Where the gap lies before the cursor, one that had its turn goes
  // there instead, and the last one takes that one's place: it still awaits its turn.
  if (gap < cursor_) {
    cursor_--;
    MoveEntry(cursor_, gap);
    gap = cursor_;
  }
  MoveEntry(size_, gap);
  return 0;
}

void Poll::MoveEntry(size_t from, size_t to) {
  if (from == to) return;
  entries_[to] = entries_[from];
  tokens_[to] = tokens_[from];
  slots_.Move(entries_[to].fd, static_cast<int32_t>(to));
}

int Poll::Wait(Ready* out, int capacity, int64_t timeout_ns) {
  int64_t ready = PollFor(timeout_ns, entries_.data(), size_);
  if (ready <= 0) return static_cast<int>(ready);

  // Once round from the cursor. It stays where the room ended, so that what did not fit comes
  // first.
  int wanted = ready < capacity ? static_cast<int>(ready) : capacity;
  int filled = 0;
  size_t place = cursor_ < size_ ? cursor_ : 0;
  while (filled < wanted) {
    const pollfd& entry = entries_[place];
    if (entry.revents != 0) {
      out[filled++] = {entry.fd, static_cast<uint16_t>(entry.revents), tokens_[place]};
    }
    place = place + 1 < size_ ? place + 1 : 0;
  }
  cursor_ = filled < ready ? place : 0;
  return filled;
}

}  // namespace edgeloop
