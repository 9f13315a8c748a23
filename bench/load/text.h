#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace load {

// What echo messages hold: windows on one long pseudo-random text, chosen by connection and number,
// so that an answer to another message is noticed and none needs to be made up or copied.
class MessageText {
 public:
  // For messages of up to `size` bytes.
  explicit MessageText(size_t size);

  // The bytes of a message, valid as long as this is.
  const char* Of(uint32_t connection, uint64_t number) const;

 private:
  std::string text_;
};

}  // namespace load
