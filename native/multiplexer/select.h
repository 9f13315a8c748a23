#pragma once

#include "multiplexer/multiplexer.h"
#include "sys/readiness.h"

namespace edgeloop {

// select(2): three sets of bits, handed to the kernel and back whole at every wait.
class Select final : public Multiplexer {
 public:
  const char* name() const override { return "select"; }
  // Errors and hang-ups may be asked for in every call and are not: they make a descriptor readable
  // or writable here, and are reported of themselves in the others.
  Supports supports() const override {
    return {false, false, false, EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLERR | EPOLLHUP,
            FD_SETSIZE - 1};
  }

  int Add(int fd, uint32_t events, uint32_t token) override;
  int Modify(int fd, uint32_t events, uint32_t token) override;
  int Remove(int fd) override;
  bool Has(int fd) override;
  size_t Size() override { return size_; }
  int Wait(Ready* out, int capacity, int64_t timeout_ns) override;

 private:
  void Assign(int fd, uint32_t events, uint32_t token);

  DescriptorSet present_;
  DescriptorSet read_;
  DescriptorSet write_;
  DescriptorSet except_;
  uint32_t tokens_[FD_SETSIZE] = {};
  size_t size_ = 0;
  int count_ = 0;   // the highest descriptor + 1
  int cursor_ = 0;  // where the next harvest begins
};

}  // namespace edgeloop
