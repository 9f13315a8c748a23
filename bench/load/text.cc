#include "text.h"

namespace load {
namespace {

constexpr size_t kWindows = 1 << 16;

}  // namespace

MessageText::MessageText(size_t size) : text_(kWindows + size, '\0') {
  uint64_t state = 0x9e3779b97f4a7c15;
  for (char& byte : text_) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    byte = static_cast<char>(state >> 32);
  }
}

const char* MessageText::Of(uint32_t connection, uint64_t number) const {
  const uint64_t mixed = (connection + uint64_t{1}) * 0x9e3779b97f4a7c15 + number * 40503;
  return text_.data() + ((mixed ^ (mixed >> 29)) & (kWindows - 1));
}

}  // namespace load
