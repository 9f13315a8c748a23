#pragma once

#include <cstddef>
#include <cstdint>

namespace edgeloop {

// Where a descriptor stands in an array: a hash table from number to slot with open addressing. Its
// size follows the count of descriptors and not their numbers, of which 2^31 - 1 is one.
class DescriptorIndex {
 public:
  static constexpr int32_t kAbsent = -1;

  DescriptorIndex() = default;
  DescriptorIndex(const DescriptorIndex&) = delete;
  DescriptorIndex& operator=(const DescriptorIndex&) = delete;
  ~DescriptorIndex();

  // The slot, or kAbsent.
  int32_t Find(int32_t fd) const;
  // For a descriptor that is absent. False where there is no memory; nothing has changed then.
  bool Insert(int32_t fd, int32_t slot);
  // For descriptors that are present.
  void Move(int32_t fd, int32_t slot);
  void Erase(int32_t fd);

 private:
  struct Entry {
    int32_t fd;  // kFree where the place is empty
    int32_t slot;
  };
  static constexpr int32_t kFree = -1;

  size_t Home(int32_t fd) const;
  size_t Place(int32_t fd) const;
  bool Grow();

  Entry* entries_ = nullptr;
  size_t mask_ = 0;  // places - 1; places are a power of two, at most half of them taken
  size_t taken_ = 0;
};

}  // namespace edgeloop
