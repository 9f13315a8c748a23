#include "multiplexer/descriptor_index.h"

#include <cstdlib>

namespace edgeloop {

DescriptorIndex::~DescriptorIndex() {
  std::free(entries_);
}

// Multiplying spreads numbers that lie at regular distances (Knuth's golden ratio for 32 bits).
size_t DescriptorIndex::Home(int32_t fd) const {
  uint32_t spread = static_cast<uint32_t>(fd) * 2654435769u;
  return (spread ^ (spread >> 16)) & mask_;
}

// The place of `fd`, or the free one at which the search for it ends.
size_t DescriptorIndex::Place(int32_t fd) const {
  size_t place = Home(fd);
  while (entries_[place].fd != fd && entries_[place].fd != kFree) place = (place + 1) & mask_;
  return place;
}

int32_t DescriptorIndex::Find(int32_t fd) const {
  if (entries_ == nullptr) return kAbsent;
  const Entry& entry = entries_[Place(fd)];
  return entry.fd == fd ? entry.slot : kAbsent;
}

bool DescriptorIndex::Insert(int32_t fd, int32_t slot) {
  if ((entries_ == nullptr || taken_ * 2 > mask_) && !Grow()) return false;
  entries_[Place(fd)] = {fd, slot};
  taken_++;
  return true;
}

void DescriptorIndex::Move(int32_t fd, int32_t slot) {
  entries_[Place(fd)].slot = slot;
}

// Closes the gap by moving back those behind it that a search would no longer reach.
void DescriptorIndex::Erase(int32_t fd) {
  size_t gap = Place(fd);
  for (size_t next = (gap + 1) & mask_; entries_[next].fd != kFree; next = (next + 1) & mask_) {
    size_t from_home = (next - Home(entries_[next].fd)) & mask_;
    size_t from_gap = (next - gap) & mask_;
    if (from_home < from_gap) continue;
    entries_[gap] = entries_[next];
    gap = next;
  }
  entries_[gap].fd = kFree;
  taken_--;
}

bool DescriptorIndex::Grow() {
  size_t places = entries_ == nullptr ? 16 : (mask_ + 1) * 2;
  auto* grown = static_cast<Entry*>(std::malloc(places * sizeof(Entry)));
  if (grown == nullptr) return false;
  for (size_t place = 0; place < places; place++) grown[place].fd = kFree;
  Entry* old = entries_;
  size_t old_places = old == nullptr ? 0 : mask_ + 1;
  entries_ = grown;
  mask_ = places - 1;
  for (size_t place = 0; place < old_places; place++) {
    if (old[place].fd != kFree) entries_[Place(old[place].fd)] = old[place];
  }
  std::free(old);
  return true;
}

}  // namespace edgeloop
