#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <type_traits>

namespace edgeloop {

// A growing array of plain records, zeroed, that says so when memory runs out instead of ending
// the process. Growth moves the records: keep indices, not pointers.
template <typename T>
class Table {
  static_assert(std::is_trivially_copyable_v<T>, "moved with realloc");

 public:
  Table() = default;
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;
  ~Table() { std::free(items_); }

  // Makes room for `count` records. False, and nothing changed, without memory for them.
  bool Reserve(size_t count) {
    if (count <= size_) return true;
    size_t wanted = size_ < 16 ? 16 : size_;
    while (wanted < count) wanted *= 2;
    void* grown = std::realloc(items_, wanted * sizeof(T));
    if (grown == nullptr) return false;
    items_ = static_cast<T*>(grown);
    std::memset(static_cast<void*>(items_ + size_), 0, (wanted - size_) * sizeof(T));
    size_ = wanted;
    return true;
  }

  size_t size() const { return size_; }
  T& operator[](size_t index) { return items_[index]; }
  const T& operator[](size_t index) const { return items_[index]; }
  T* data() { return items_; }

 private:
  T* items_ = nullptr;
  size_t size_ = 0;
};

}  // namespace edgeloop
