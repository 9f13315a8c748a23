// open(2), openat2(2), fstat(2) and inode(7), splice(2).

#include <fcntl.h>
#include <sys/stat.h>

#include "sys/constants/constants.h"

namespace edgeloop::sys {

void ExportFilesConstants(Napi::Env env, Napi::Object exports) {
  // RESOLVE_*: as <linux/openat2.h> has them, which is younger than some C libraries' headers.
  static constexpr Constant kTable[] = {
      {"O_RDONLY", O_RDONLY},
      {"O_WRONLY", O_WRONLY},
      {"O_RDWR", O_RDWR},
      {"O_ACCMODE", O_ACCMODE},
      {"O_CREAT", O_CREAT},
      {"O_EXCL", O_EXCL},
      {"O_NOCTTY", O_NOCTTY},
      {"O_TRUNC", O_TRUNC},
      {"O_APPEND", O_APPEND},
      {"O_NONBLOCK", O_NONBLOCK},
      {"O_NDELAY", O_NDELAY},
      {"O_DSYNC", O_DSYNC},
      {"O_SYNC", O_SYNC},
      {"O_RSYNC", O_RSYNC},
      {"O_ASYNC", O_ASYNC},
      {"O_DIRECT", O_DIRECT},
      {"O_LARGEFILE", O_LARGEFILE},
      {"O_DIRECTORY", O_DIRECTORY},
      {"O_NOFOLLOW", O_NOFOLLOW},
      {"O_NOATIME", O_NOATIME},
      {"O_CLOEXEC", O_CLOEXEC},
      {"O_PATH", O_PATH},
      {"O_TMPFILE", O_TMPFILE},
      {"AT_FDCWD", AT_FDCWD},
      {"RESOLVE_NO_XDEV", 0x01},
      {"RESOLVE_NO_MAGICLINKS", 0x02},
      {"RESOLVE_NO_SYMLINKS", 0x04},
      {"RESOLVE_BENEATH", 0x08},
      {"RESOLVE_IN_ROOT", 0x10},
      {"RESOLVE_CACHED", 0x20},
      {"S_IFMT", S_IFMT},
      {"S_IFSOCK", S_IFSOCK},
      {"S_IFLNK", S_IFLNK},
      {"S_IFREG", S_IFREG},
      {"S_IFBLK", S_IFBLK},
      {"S_IFDIR", S_IFDIR},
      {"S_IFCHR", S_IFCHR},
      {"S_IFIFO", S_IFIFO},
      {"S_ISUID", S_ISUID},
      {"S_ISGID", S_ISGID},
      {"S_ISVTX", S_ISVTX},
      {"S_IRWXU", S_IRWXU},
      {"S_IRUSR", S_IRUSR},
      {"S_IWUSR", S_IWUSR},
      {"S_IXUSR", S_IXUSR},
      {"S_IRWXG", S_IRWXG},
      {"S_IRGRP", S_IRGRP},
      {"S_IWGRP", S_IWGRP},
      {"S_IXGRP", S_IXGRP},
      {"S_IRWXO", S_IRWXO},
      {"S_IROTH", S_IROTH},
      {"S_IWOTH", S_IWOTH},
      {"S_IXOTH", S_IXOTH},
      {"SPLICE_F_MOVE", SPLICE_F_MOVE},
      {"SPLICE_F_NONBLOCK", SPLICE_F_NONBLOCK},
      {"SPLICE_F_MORE", SPLICE_F_MORE},
      {"SPLICE_F_GIFT", SPLICE_F_GIFT},
  };
  SetAll(env, exports, kTable);
}

}  // namespace edgeloop::sys
