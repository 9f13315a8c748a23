#pragma once

#include <cstddef>
#include <vector>

namespace edgeloop {

// Descriptors on their way to a peer or from one. Those that nobody takes are closed with it.
class Parcel {
 public:
  Parcel() = default;
  explicit Parcel(std::vector<int> fds) : fds_(std::move(fds)) {}
  Parcel(Parcel&& other) noexcept : fds_(other.Take()) {}
  Parcel& operator=(Parcel&& other) noexcept {
    if (this != &other) {
      Close();
      fds_ = other.Take();
    }
    return *this;
  }
  ~Parcel() { Close(); }

  bool empty() const { return fds_.empty(); }
  const std::vector<int>& fds() const { return fds_; }
  // Hands them over.
  std::vector<int> Take() {
    std::vector<int> taken;
    taken.swap(fds_);
    return taken;
  }
  void Close();

 private:
  std::vector<int> fds_;
};

// A part of a backlog that leaves in a call of its own: a message of a packet socket, or a stretch
// of a stream with whose first byte descriptors go.
struct Piece {
  size_t length;
  Parcel parcel;
};

// The most descriptors that go with one call (SCM_MAX_FD, which the headers keep to themselves).
constexpr size_t kMostHandles = 253;

}  // namespace edgeloop
