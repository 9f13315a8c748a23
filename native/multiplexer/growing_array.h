#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <type_traits>

namespace edgeloop {

// An array of plain values that grows, and shrinks only when told. Where there is no memory it says
// so and stays as it was: the process may have a use for what it holds already.
template <typename T>
class GrowingArray {
  static_assert(std::is_trivially_copyable<T>::value, "moved by realloc");

 public:
  GrowingArray() = default;
  GrowingArray(const GrowingArray&) = delete;
  GrowingArray& operator=(const GrowingArray&) = delete;
  ~GrowingArray() { std::free(data_); }

  T* data() { return data_; }
  T& operator[](size_t index) { return data_[index]; }
  const T& operator[](size_t index) const { return data_[index]; }
  size_t room() const { return room_; }

  // Gives the memory back; the array is empty then.
  void Clear() {
    std::free(data_);
    data_ = nullptr;
    room_ = 0;
  }

  // Makes room for `wanted` values; new ones are all zeros. Doubles, so that a caller which
  // asks for one more each time pays little.
  bool Reserve(size_t wanted) {
    if (wanted <= room_) return true;
    if (wanted > std::numeric_limits<size_t>::max() / sizeof(T) / 2) return false;
    size_t room = wanted > room_ * 2 ? wanted : room_ * 2;
    void* data = std::realloc(data_, room * sizeof(T));
    if (data == nullptr) return false;
    data_ = static_cast<T*>(data);
    std::memset(static_cast<void*>(data_ + room_), 0, (room - room_) * sizeof(T));
    room_ = room;
    return true;
  }

 private:
  T* data_ = nullptr;
  size_t room_ = 0;
};

}  // namespace edgeloop
