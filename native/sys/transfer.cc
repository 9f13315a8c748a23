// sendfile(2), splice(2), copy_file_range(2): bytes from one descriptor to another, past
// JavaScript.

#include <fcntl.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "sys/arguments.h"
#include "sys/call.h"
#include "sys/sys.h"

namespace edgeloop::sys {

namespace {

// A position within a file, or none: then the descriptor's own is used and moved.
class Offset {
 public:
  bool Read(const Arguments& args, size_t index, const char* name) {
    given_ = args.Given(index);
    int64_t position = 0;
    if (given_ && !args.Integer<int64_t>(index, name, &position, 0)) return false;
    position_ = position;
    return true;
  }

  // For the kernel, which advances it: each attempt starts anew.
  off_t* address() {
    advanced_ = position_;
    return given_ ? &advanced_ : nullptr;
  }

 private:
  bool given_ = false;
  off_t position_ = 0;
  off_t advanced_ = 0;
};

static_assert(sizeof(off_t) == sizeof(int64_t), "large files");

bool Length(const Arguments& args, size_t index, const char* name, size_t* out) {
  int64_t length;
  if (!args.Integer<int64_t>(index, name, &length, 0)) return false;
  *out = static_cast<size_t>(length);
  return true;
}

Napi::Value SendFile(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int out, in;
  Offset offset;
  size_t count;
  if (!args.Fd(0, "outFd", &out) || !args.Fd(1, "inFd", &in) || !offset.Read(args, 2, "offset") ||
      !Length(args, 3, "count", &count)) {
    return args.Failed();
  }
  return args.Result(Uninterrupted([&] { return ::sendfile(out, in, offset.address(), count); }));
}

// What splice and copy_file_range have in common: all of their arguments.
struct Transfer {
  int in, out;
  Offset in_offset, out_offset;
  size_t length;
  uint32_t flags;

  bool Read(const Arguments& args) {
    return args.Fd(0, "fdIn", &in) && in_offset.Read(args, 1, "offIn") &&
           args.Fd(2, "fdOut", &out) && out_offset.Read(args, 3, "offOut") &&
           Length(args, 4, "len", &length) && args.Mask(5, "flags", &flags);
  }
};

Napi::Value Splice(const Napi::CallbackInfo& info) {
  Arguments args(info);
  Transfer t;
  if (!t.Read(args)) return args.Failed();
  return args.Result(Uninterrupted([&] {
    return ::splice(t.in, t.in_offset.address(), t.out, t.out_offset.address(), t.length, t.flags);
  }));
}

Napi::Value CopyFileRange(const Napi::CallbackInfo& info) {
  Arguments args(info);
  Transfer t;
  if (!t.Read(args)) return args.Failed();
  return args.Result(Uninterrupted([&] {
    return ::copy_file_range(t.in, t.in_offset.address(), t.out, t.out_offset.address(), t.length,
                             t.flags);
  }));
}

}  // namespace

void ExportTransfer(Napi::Env env, Napi::Object exports) {
  Method<SendFile>(env, exports, "sendfile");
  Method<Splice>(env, exports, "splice");
  Method<CopyFileRange>(env, exports, "copy_file_range");
}

}  // namespace edgeloop::sys
