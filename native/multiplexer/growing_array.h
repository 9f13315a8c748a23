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

  // What lies below size() exists.
  T* data() { return data_; }
  T& operator[](size_t index) { return data_[index]; }
  const T& operator[](size_t index) const { return data_[index]; }
  size_t size() const { return size_; }

  // Gives the memory back; the array is empty then.
  void Clear() {
    std::free(data_);
    data_ = nullptr;
    size_ = 0;
    room_ = 0;
  }

  // Has at least `wanted` values exist; new ones are all zeros. Memory doubles, so that a caller
  // which asks for one more each time pays little; what nobody has asked for is not touched, and
  // costs no page.
  bool Reserve(size_t wanted) {
    if (wanted <= size_) return true;
    if (wanted > room_ && !Grow(wanted)) return false;
    std::memset(static_cast<void*>(data_ + size_), 0, (wanted - size_) * sizeof(T));
    size_ = wanted;
    return true;
  }

 private:
  bool Grow(size_t wanted) {
    if (wanted > std::numeric_limits<size_t>::max() / sizeof(T) / 2) return false;
    const size_t room = wanted > room_ * 2 ? wanted : room_ * 2;
    void* data = std::realloc(data_, room * sizeof(T));
    if (data == nullptr) return false;
    data_ = static_cast<T*>(data);
    room_ = room;
    return true;
  }

  T* data_ = nullptr;
  size_t size_ = 0;
  size_t room_ = 0;
};

}  // namespace edgeloop
