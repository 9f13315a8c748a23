#pragma once

#include <climits>

#include "multiplexer/descriptor_index.h"
#include "multiplexer/growing_array.h"
#include "multiplexer/multiplexer.h"

namespace edgeloop {

// poll(2): a dense array of entries, handed to the kernel whole at every wait.
class Poll final : public Multiplexer {
 public:
  const char* name() const override { return "poll"; }
  Supports supports() const override {
    return {false, false, false, POLLIN | POLLPRI | POLLOUT | POLLERR | POLLHUP | POLLRDHUP,
            INT_MAX};
  }

  int Add(int fd, uint32_t events, uint32_t token) override;
  int Modify(int fd, uint32_t events, uint32_t token) override;
  int Remove(int fd) override;
  bool Has(int fd) override { return slots_.Find(fd) != DescriptorIndex::kAbsent; }
  size_t Size() override { return size_; }
  int Wait(Ready* out, int capacity, int64_t timeout_ns) override;

 private:
  void MoveEntry(size_t from, size_t to);

  GrowingArray<pollfd> entries_;
  GrowingArray<uint32_t> tokens_;  // of the entry at the same place
  DescriptorIndex slots_;
  size_t size_ = 0;
  size_t cursor_ = 0;  // where the next harvest begins; all before it had their turn already
};

}  // namespace edgeloop
