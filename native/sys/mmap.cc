// mmap(2), munmap(2).

#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>

#include "sys/arguments.h"
#include "sys/call.h"
#include "sys/mappings.h"
#include "sys/sys.h"

namespace edgeloop::sys {

namespace {

constexpr uint32_t kReadWrite = PROT_READ | PROT_WRITE;

// Nothing that takes an address, and nothing that grows behind JavaScript's back. The rest differ
// only in cost and sharing. The first two numbers together are MAP_SHARED_VALIDATE.
constexpr uint32_t kFlags = MAP_SHARED | MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED | MAP_NONBLOCK |
                            MAP_NORESERVE | MAP_POPULATE | MAP_STACK | 0x80000 /* MAP_SYNC */;

bool AcceptableKind(const Arguments& args, uint32_t protection, uint32_t flags) {
  // Typed arrays are always writable and readable: what the pages forbid would kill the process.
  if ((protection & kReadWrite) != kReadWrite || (protection & ~(kReadWrite | PROT_EXEC)) != 0) {
    return args.OutOfRange(
        "prot",
        "PROT_READ | PROT_WRITE, because a typed array can always be read and written; for a file "
        "opened for reading use MAP_PRIVATE, which writes to a copy",
        args[1]);
  }
  if ((flags & ~kFlags) != 0) {
    return args.OutOfRange(
        "flags",
        "MAP_SHARED or MAP_PRIVATE with any of MAP_ANONYMOUS, MAP_LOCKED, MAP_NONBLOCK, "
        "MAP_NORESERVE, MAP_POPULATE, MAP_STACK, MAP_SYNC",
        args[2]);
  }
  return true;
}

// How many bytes of the file can be touched: up to the end of its last page; beyond comes SIGBUS.
// -1 where the kind of file sets no end, and where the kernel may say better what is wrong.
int64_t TouchableBytes(int fd) {
  struct stat stat;
  if (::syscall(SYS_fstat, fd, &stat) < 0) return -1;
  uint64_t size;
  if (S_ISREG(stat.st_mode)) {
    size = static_cast<uint64_t>(stat.st_size);
  } else if (!S_ISBLK(stat.st_mode) || ::ioctl(fd, BLKGETSIZE64, &size) < 0) {
    return -1;
  }
  uint64_t page = static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
  return static_cast<int64_t>((size + page - 1) / page * page);
}

bool WithinFile(const Arguments& args, int fd, int64_t offset, int64_t length) {
  int64_t end = TouchableBytes(fd);
  if (end < 0 || (offset <= end && length <= end - offset)) return true;
  std::string expected = "a number of bytes that lie within the file: up to " +
                         std::to_string(offset < end ? end - offset : 0) + " from that offset";
  return args.OutOfRange("length", expected.c_str(), args[0]);
}

Mappings& TableOf(const Napi::CallbackInfo& info) {
  return *static_cast<Mappings*>(info.Data());
}

Napi::Value Map(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int64_t length, offset;
  uint32_t protection, flags;
  int fd;
  if (!args.Integer<int64_t>(0, "length", &length, 1) || !args.Mask(1, "prot", &protection) ||
      !args.Mask(2, "flags", &flags) || !args.Integer<int>(3, "fd", &fd, -1) ||
      !args.Integer<int64_t>(4, "offset", &offset, 0) || !AcceptableKind(args, protection, flags)) {
    return args.Failed();
  }
  if ((flags & MAP_ANONYMOUS) == 0 && !WithinFile(args, fd, offset, length)) return args.Failed();
  size_t size = static_cast<size_t>(length);
  void* address = ::mmap(nullptr, size, static_cast<int>(protection), static_cast<int>(flags), fd,
                         static_cast<off_t>(offset));
  if (address == MAP_FAILED) return args.Result(-errno);
  napi_value buffer, view;
  if (!TableOf(info).Adopt(args.env(), address, size, &buffer)) {
    args.OutOfRange("length", "a number of bytes that fit an ArrayBuffer", args[0]);
    return args.Failed();
  }
  if (napi_create_typedarray(args.env(), napi_uint8_array, size, buffer, 0, &view) != napi_ok) {
    return args.Failed();
  }
  return Napi::Value(args.env(), view);
}

Napi::Value Unmap(const Napi::CallbackInfo& info) {
  Arguments args(info);
  Span<uint8_t> bytes;
  if (!args.Bytes(0, "view", &bytes)) return args.Failed();
  napi_value buffer = nullptr;
  void* address = nullptr;
  size_t length = 0;
  if (napi_get_typedarray_info(args.env(), args[0], nullptr, nullptr, nullptr, &buffer, nullptr) !=
          napi_ok ||
      napi_get_arraybuffer_info(args.env(), buffer, &address, &length) != napi_ok ||
      bytes.data != address || bytes.length != length || !TableOf(info).Holds(address, length)) {
    args.OutOfRange("view", "the whole of a mapping that mmap() made in this thread", args[0]);
    return args.Failed();
  }
  return args.Result(TableOf(info).Unmap(args.env(), buffer, address));
}

}  // namespace

void ExportMmap(Napi::Env env, Napi::Object exports) {
  auto* table = new Mappings;
  napi_add_env_cleanup_hook(
      env, [](void* data) { static_cast<Mappings*>(data)->Release(); }, table);
  exports.Set("mmap", Napi::Function::New<Map>(env, "mmap", table));
  exports.Set("munmap", Napi::Function::New<Unmap>(env, "munmap", table));
}

}  // namespace edgeloop::sys
