#include "sys/lists.h"

#include <charconv>
#include <cstring>

namespace edgeloop::sys {

bool ReadList(const Arguments& args, Napi::Value value, const char* name, const char* expected,
              List* out) {
  if (!value.IsArray()) return args.WrongType(name, expected, value);
  uint32_t length = 0;
  if (napi_get_array_length(args.env(), value, &length) != napi_ok) return false;
  if (length > kLongestList) {
    return args.OutOfRange(name, "an array of at most 65536 elements", value);
  }
  out->resize(length);
  for (uint32_t i = 0; i < length; i++) {
    if (napi_get_element(args.env(), value, i, &(*out)[i]) != napi_ok) return false;
  }
  return true;
}

bool ReadDescriptors(const Arguments& args, Napi::Value value, const char* name,
                     std::vector<int>* out) {
  List list;
  if (!ReadList(args, value, name, "an array of descriptors", &list)) return false;
  out->resize(list.size());
  for (size_t i = 0; i < list.size(); i++) {
    Napi::Value element(args.env(), list[i]);
    if (!args.Integer<int>(element, ElementName(name, i).c_str(), &(*out)[i], 0)) return false;
  }
  return true;
}

// By hand, because it is made for every buffer of every call.
ElementName::ElementName(const char* list, size_t index) {
  size_t length = strnlen(list, sizeof text_ - 24);
  std::memcpy(text_, list, length);
  text_[length] = '[';
  char* end = std::to_chars(text_ + length + 1, text_ + sizeof text_ - 2, index).ptr;
  end[0] = ']';
  end[1] = 0;
}

}  // namespace edgeloop::sys
