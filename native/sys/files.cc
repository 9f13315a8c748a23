// open(2), fstat(2).

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/arguments.h"
#include "sys/call.h"
#include "sys/path.h"
#include "sys/sys.h"

namespace edgeloop::sys {

namespace {

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

double Milliseconds(const timespec& time) {
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

// By number: the C library's fstat() came into being with glibc 2.33, this addon runs on older
// ones. On the 64-bit architectures the library's structure is the kernel's.
Napi::Value FStat(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  if (!args.Fd(0, "fd", &fd)) return args.Failed();
  struct stat stat;
  int64_t result = OrErrno(::syscall(SYS_fstat, fd, &stat));
  if (result < 0) return args.Result(result);
  Napi::Object out = Napi::Object::New(args.env());
  auto set = [&](const char* name, double value) { out.Set(name, value); };
  set("dev", static_cast<double>(stat.st_dev));
  set("ino", static_cast<double>(stat.st_ino));
  set("mode", stat.st_mode);
  set("nlink", static_cast<double>(stat.st_nlink));
  set("uid", stat.st_uid);
  set("gid", stat.st_gid);
  set("rdev", static_cast<double>(stat.st_rdev));
  set("size", static_cast<double>(stat.st_size));
  set("blksize", static_cast<double>(stat.st_blksize));
  set("blocks", static_cast<double>(stat.st_blocks));
  set("atimeMs", Milliseconds(stat.st_atim));
  set("mtimeMs", Milliseconds(stat.st_mtim));
  set("ctimeMs", Milliseconds(stat.st_ctim));
  return out;
}

}  // namespace

void ExportFiles(Napi::Env env, Napi::Object exports) {
  Method<Open>(env, exports, "open");
  Method<FStat>(env, exports, "fstat");
}

}  // namespace edgeloop::sys
