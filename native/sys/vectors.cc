// readv(2), writev(2): several buffers at once.

#include "sys/vectors.h"

#include "sys/call.h"
#include "sys/sys.h"

namespace edgeloop::sys {

bool ReadBuffers(const Arguments& args, Napi::Value value, const char* name, List* out) {
  return ReadList(args, value, name, "an array of Uint8Arrays", out);
}

bool TakeBuffers(const Arguments& args, const List& buffers, const char* name,
                 std::vector<iovec>* out) {
  out->resize(buffers.size());
  for (size_t i = 0; i < buffers.size(); i++) {
    Span<uint8_t> bytes;
    Napi::Value buffer(args.env(), buffers[i]);
    if (!args.Bytes(buffer, ElementName(name, i).c_str(), &bytes)) return false;
    (*out)[i] = {bytes.data, bytes.length};
  }
  return true;
}

namespace {

template <ssize_t (*Call)(int, const iovec*, int)>
Napi::Value Vectored(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  List buffers;
  std::vector<iovec> vectors;
  if (!args.Fd(0, "fd", &fd) || !ReadBuffers(args, args[1], "buffers", &buffers) ||
      !TakeBuffers(args, buffers, "buffers", &vectors)) {
    return args.Failed();
  }
  int count = static_cast<int>(vectors.size());
  return args.Result(Uninterrupted([&] { return Call(fd, vectors.data(), count); }));
}

}  // namespace

void ExportVectors(Napi::Env env, Napi::Object exports) {
  Method<Vectored<::readv>>(env, exports, "readv");
  Method<Vectored<::writev>>(env, exports, "writev");
}

}  // namespace edgeloop::sys
