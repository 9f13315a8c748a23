#include "multiplexer/select.h"

#include <cerrno>

namespace edgeloop {

namespace {

// The first descriptor from `from` on in any of the sets; `count` where there is none.
int Next(const DescriptorSet& a, const DescriptorSet& b, const DescriptorSet& c, int from,
         int count) {
  while (from < count) {
    int word = from / 64;
    uint64_t bits = (a.word(word) | b.word(word) | c.word(word)) >> (from % 64);
    if (bits != 0) return from + __builtin_ctzll(bits);
    from = (word + 1) * 64;
  }
  return count;
}

}  // namespace

int Select::Add(int fd, uint32_t events, uint32_t token) {
  if (fd < 0 || fd >= FD_SETSIZE) return -EINVAL;
  if (Has(fd)) return -EEXIST;
  present_.Insert(fd);
  size_++;
  if (fd >= count_) count_ = fd + 1;
  Assign(fd, events, token);
  return 0;
}

int Select::Modify(int fd, uint32_t events, uint32_t token) {
  if (!Has(fd)) return -ENOENT;
  Assign(fd, events, token);
  return 0;
}

int Select::Remove(int fd) {
  if (!Has(fd)) return -ENOENT;
  present_.Erase(fd);
  size_--;
  Assign(fd, 0, 0);
  while (count_ > 0 && !present_.Contains(count_ - 1)) count_--;
  return 0;
}

bool Select::Has(int fd) {
  return fd >= 0 && fd < FD_SETSIZE && present_.Contains(fd);
}

void Select::Assign(int fd, uint32_t events, uint32_t token) {
  const auto set = [&](DescriptorSet* set, uint32_t bit) {
    if ((events & bit) != 0) {
      set->Insert(fd);
    } else {
      set->Erase(fd);
    }
  };
  set(&read_, EPOLLIN);
  set(&write_, EPOLLOUT);
  set(&except_, EPOLLPRI);
  tokens_[fd] = token;
}

int Select::Wait(Ready* out, int capacity, int64_t timeout_ns) {
  DescriptorSet read = read_;
  DescriptorSet write = write_;
  DescriptorSet except = except_;
  int64_t result = SelectFor(timeout_ns, count_, &read, &write, &except);
  if (result <= 0) return static_cast<int>(result);

  // Once round from the cursor. It stays where the room ended, so that what did not fit comes
  // first.
  int filled = 0;
  const auto harvest = [&](int from, int to) {
    for (int fd = Next(read, write, except, from, to); fd < to;
         fd = Next(read, write, except, fd + 1, to)) {
      if (filled == capacity) {
        cursor_ = fd;
        return false;
      }
      uint32_t events = (read.Contains(fd) ? EPOLLIN : 0u) | (write.Contains(fd) ? EPOLLOUT : 0u) |
                        (except.Contains(fd) ? EPOLLPRI : 0u);
      out[filled++] = {fd, events, tokens_[fd]};
    }
    return true;
  };
  int start = cursor_ < count_ ? cursor_ : 0;
  if (harvest(start, count_) && harvest(0, start)) cursor_ = 0;
  return filled;
}

}  // namespace edgeloop
