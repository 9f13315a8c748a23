// open(2), openat2(2), fstat(2).

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>

#include "sys/arguments.h"
#include "sys/call.h"
#include "sys/path.h"
#include "sys/sys.h"

#ifndef SYS_openat2
#define SYS_openat2 437  // alike on every architecture
#endif

namespace edgeloop::sys {

namespace {

// struct open_how: <linux/openat2.h> is younger than some C libraries' headers.
struct OpenHow {
  uint64_t flags;
  uint64_t mode;
  uint64_t resolve;
};

Napi::Value Open(const Napi::CallbackInfo& info) {
  Arguments args(info);
  std::string path;
  uint32_t flags;
  uint32_t mode;
  if (!ReadPath(args, 0, "path", &path) || !args.Mask(1, "flags", &flags) ||
      !args.Optional<uint32_t>(2, "mode", 0666, &mode, 0, 07777)) {
    return args.Failed();
  }
  int bits = static_cast<int>(flags) | O_CLOEXEC;
  return args.Result(Uninterrupted([&] { return ::open(path.c_str(), bits, mode); }));
}

Napi::Value OpenAt2(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int directory;
  std::string path;
  uint32_t flags;
  uint32_t mode;
  uint32_t resolve;
  if (!args.Integer<int>(0, "dirfd", &directory, AT_FDCWD) || !ReadPath(args, 1, "path", &path) ||
      !args.Mask(2, "flags", &flags) || !args.Integer<uint32_t>(3, "mode", &mode, 0, 07777) ||
      !args.Mask(4, "resolve", &resolve)) {
    return args.Failed();
  }
  OpenHow how{flags | O_CLOEXEC, mode, resolve};
  return args.Result(Uninterrupted(
      [&] { return ::syscall(SYS_openat2, directory, path.c_str(), &how, sizeof how); }));
}

double Milliseconds(const timespec& time) {
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

// fstat(fd, out): `out` takes the numbers as doubles, in the order of the members of Stat.
//
// By number: the C library's fstat() came into being with glibc 2.33, this addon runs on older
// ones. On the 64-bit architectures the library's structure is the kernel's.
Napi::Value FStat(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  Span<uint8_t> out;
  if (!args.Fd(0, "fd", &fd) || !args.Bytes(1, "out", &out)) return args.Failed();
  struct stat stat;
  const size_t size = 13 * sizeof(double);
  if (out.length < size) {
    args.OutOfRange("out", "room for 13 doubles", args[1]);
    return args.Failed();
  }
  int64_t result = OrErrno(::syscall(SYS_fstat, fd, &stat));
  if (result < 0) return args.Result(result);
  const double numbers[] = {
      static_cast<double>(stat.st_dev),     static_cast<double>(stat.st_ino),
      static_cast<double>(stat.st_mode),    static_cast<double>(stat.st_nlink),
      static_cast<double>(stat.st_uid),     static_cast<double>(stat.st_gid),
      static_cast<double>(stat.st_rdev),    static_cast<double>(stat.st_size),
      static_cast<double>(stat.st_blksize), static_cast<double>(stat.st_blocks),
      Milliseconds(stat.st_atim),           Milliseconds(stat.st_mtim),
      Milliseconds(stat.st_ctim),
  };
  static_assert(sizeof numbers == size, "one for each member");
  std::memcpy(out.data, numbers, size);
  return args.Result(0);
}

}  // namespace

void ExportFiles(Napi::Env env, Napi::Object exports) {
  Method<Open>(env, exports, "open");
  Method<OpenAt2>(env, exports, "openat2");
  Method<FStat>(env, exports, "fstat");
}

}  // namespace edgeloop::sys
