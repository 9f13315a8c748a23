#pragma once

#include <napi.h>

#include <cstddef>
#include <string>
#include <vector>

#include "sys/arguments.h"

namespace edgeloop::sys {

// The elements of an array, read once and in order.
using List = std::vector<napi_value>;

// Far more than any call takes: the kernel refuses what is too much for it, this guards the memory.
constexpr uint32_t kLongestList = 65536;

// Reads an array (a Proxy is none), or throws for argument `name` and returns false. An element may
// be a getter and run any JavaScript, so every list of a call is read before the memory of any
// buffer is taken. `expected` completes "must be …".
bool ReadList(const Arguments& args, Napi::Value value, const char* name, const char* expected,
              List* out);

// Reads an array of descriptors.
bool ReadDescriptors(const Arguments& args, Napi::Value value, const char* name,
                     std::vector<int>* out);

// "list[index]", for the message of an error.
class ElementName {
 public:
  ElementName(const char* list, size_t index);
  const char* c_str() const { return text_; }

 private:
  char text_[48];
};

}  // namespace edgeloop::sys
