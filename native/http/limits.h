#pragma once

#include "http/head.h"
#include "sys/arguments.h"

namespace edgeloop {

// Three arguments from `first` on: bytes of a head, its fields, bytes of a body. Throws and answers
// false as the class Arguments does.
inline bool ReadLimits(const Arguments& args, size_t first, HeadLimits* out) {
  return args.Integer<uint32_t>(first, "headBytes", &out->head_bytes, 1, HeadLimits::kMostBytes) &&
         args.Integer<uint32_t>(first + 1, "fields", &out->fields, 1, HeadLimits::kMostFields) &&
         args.Integer<int64_t>(first + 2, "bodyBytes", &out->body_bytes, 0, HeadLimits::kMostBody);
}

}  // namespace edgeloop
