#include "sys/path.h"

namespace edgeloop::sys {

bool ReadPath(const Arguments& args, size_t index, const char* name, std::string* out) {
  Napi::Value value = args[index];
  if (value.IsString()) return args.Text(index, name, out);
  if (!value.IsTypedArray()) return args.WrongType(name, "a string or a Uint8Array", value);
  Span<uint8_t> bytes;
  if (!args.Bytes(index, name, &bytes)) return false;
  out->assign(reinterpret_cast<const char*>(bytes.data), bytes.length);
  return out->find('\0') == std::string::npos ||
         args.OutOfRange(name, "a file name without NUL bytes", value);
}

}  // namespace edgeloop::sys
