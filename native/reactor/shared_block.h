#pragma once

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

namespace edgeloop {

// Memory that C++ and JavaScript both see. It is freed when neither holds it any more, so that an
// ArrayBuffer that outlives the reactor, or a reactor that outlives a detached ArrayBuffer, finds
// it in place.
class SharedBlock {
 public:
  // Zeroed. `data()` is null when there is no memory.
  explicit SharedBlock(size_t bytes)
      : memory_(static_cast<uint8_t*>(std::calloc(bytes, 1)), std::free), bytes_(bytes) {}

  uint8_t* data() const { return memory_.get(); }
  size_t bytes() const { return bytes_; }

  // A new ArrayBuffer over the block.
  Napi::ArrayBuffer Expose(Napi::Env env) const {
    auto* hold = new std::shared_ptr<uint8_t>(memory_);
    return Napi::ArrayBuffer::New(
        env, memory_.get(), bytes_,
        [](Napi::Env, void*, std::shared_ptr<uint8_t>* held) { delete held; }, hold);
  }

 private:
  std::shared_ptr<uint8_t> memory_;
  size_t bytes_;
};

}  // namespace edgeloop
